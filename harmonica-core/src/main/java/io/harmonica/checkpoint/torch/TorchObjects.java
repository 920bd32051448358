package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the few classes and functions mean that make up a checkpoint. Everything that is not on this
 * list stays an {@link InertObject}. Malformed uses raise an IllegalArgumentException that says
 * what the pickle has.
 */
final class TorchObjects {

  private static final Map<String, TensorType> STORAGES =
      Map.of(
          "torch.DoubleStorage", TensorType.F64,
          "torch.FloatStorage", TensorType.F32,
          "torch.HalfStorage", TensorType.F16,
          "torch.BFloat16Storage", TensorType.BF16,
          "torch.LongStorage", TensorType.I64,
          "torch.IntStorage", TensorType.I32,
          "torch.ShortStorage", TensorType.I16,
          "torch.CharStorage", TensorType.I8,
          "torch.ByteStorage", TensorType.U8,
          "torch.BoolStorage", TensorType.BOOL);

  private static final String ORDERED_DICT = "collections.OrderedDict";
  private static final int MAX_NAME = 4096;

  private TorchObjects() {}

  /** The name of a class or function, not yet called. */
  record Global(String name) {
    Global {
      requireShort(name);
    }
  }

  /** Names are joined, hashed and compared again and again, which a long one makes costly. */
  private static void requireShort(String name) {
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException("a name of more than " + MAX_NAME + " characters");
    }
  }

  /** Stands for the object that a persistent id refers to. */
  static Object persistent(Object id) {
    List<Object> parts = list(id, "a persistent id");
    if (parts.size() < 5
        || !"storage".equals(parts.get(0))
        || !(parts.get(1) instanceof Global type)
        || !(parts.get(2) instanceof String key)
        || !(parts.get(4) instanceof Long elements)) {
      throw new IllegalArgumentException("a persistent id that is not a storage");
    }
    requireShort(key);
    TensorType elementType = STORAGES.get(type.name());
    return elementType == null
        ? new InertObject(type.name(), parts)
        : new TorchTensor.Storage(elementType, key, elements);
  }

  /** How many values a call copies, however often it is made. */
  static int copied(Object callable, List<Object> arguments) {
    return callable instanceof Global global
            && global.name().equals(ORDERED_DICT)
            && !arguments.isEmpty()
            && arguments.get(0) instanceof List<?> pairs
        ? pairs.size()
        : 0;
  }

  /** Calls what is on the list. */
  static Object call(Object callable, List<Object> arguments) {
    if (!(callable instanceof Global global)) {
      return new InertObject(describe(callable), arguments);
    }
    return switch (global.name()) {
      case ORDERED_DICT -> orderedDict(arguments);
      case "torch._utils._rebuild_tensor_v2" -> tensor(global.name(), arguments);
      case "torch._utils._rebuild_parameter" ->
          arguments.isEmpty() ? new InertObject(global.name(), arguments) : arguments.get(0);
      case "torch.Size" ->
          arguments.size() == 1
              ? list(arguments.get(0), "a torch.Size")
              : new InertObject(global.name(), arguments);
      default -> new InertObject(global.name(), arguments);
    };
  }

  /** Makes what may be a map's key: composite keys are wrapped, so that hashing stays cheap. */
  static Object key(Object value) {
    if (value instanceof String text) {
      requireShort(text);
    }
    return value instanceof List || value instanceof Map || value instanceof Set
        ? new InertObject("builtins.tuple", List.of(value))
        : value;
  }

  static void put(Object target, Object key, Object value) {
    if (target instanceof InertObject object) {
      object.put(key(key), value);
    } else {
      dict(target).put(key(key), value);
    }
  }

  static void append(Object target, List<Object> values) {
    if (target instanceof InertObject object) {
      values.forEach(object::add);
    } else if (target instanceof ArrayList) {
      @SuppressWarnings("unchecked")
      List<Object> list = (List<Object>) target;
      list.addAll(values);
    } else {
      throw new IllegalArgumentException("elements for what is not a list");
    }
  }

  /** Attributes of dictionaries and tensors carry no data of the model and are dropped. */
  static void build(Object target, Object state) {
    if (target instanceof InertObject object) {
      object.setState(state);
    } else if (!(target instanceof Map) && !(target instanceof TorchTensor)) {
      throw new IllegalArgumentException("a state for what has none");
    }
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value, String what) {
    if (value instanceof List) {
      return (List<Object>) value;
    }
    throw new IllegalArgumentException(what + " that is not a list");
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> dict(Object value) {
    if (value instanceof LinkedHashMap) {
      return (Map<Object, Object>) value;
    }
    throw new IllegalArgumentException("an entry for what is not a dictionary");
  }

  private static Object orderedDict(List<Object> arguments) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : list(arguments.get(0), "an OrderedDict")) {
        List<Object> entry = list(pair, "an entry of an OrderedDict");
        if (entry.size() != 2) {
          throw new IllegalArgumentException("an entry of an OrderedDict that is not a pair");
        }
        dict.put(key(entry.get(0)), entry.get(1));
      }
    }
    return dict;
  }

  private static Object tensor(String function, List<Object> arguments) {
    if (arguments.size() < 4) {
      throw new IllegalArgumentException("a tensor with too few arguments");
    }
    if (!(arguments.get(0) instanceof TorchTensor.Storage storage)) {
      return new InertObject(function, arguments);
    }
    List<Object> shape = list(arguments.get(2), "a shape");
    List<Object> strides = list(arguments.get(3), "a shape");
    if (!(arguments.get(1) instanceof Long offset)
        || offset < 0
        || shape.size() != strides.size()
        || shape.size() > TensorInfo.MAX_RANK) {
      throw new IllegalArgumentException("a tensor with an impossible shape");
    }
    return new TorchTensor(storage, offset, longs(shape), longs(strides));
  }

  private static List<Long> longs(List<Object> values) {
    List<Long> longs = new ArrayList<>();
    for (Object element : values) {
      if (!(element instanceof Long number) || number < 0) {
        throw new IllegalArgumentException("a shape with something that is not a size");
      }
      longs.add(number);
    }
    return List.copyOf(longs);
  }

  private static String describe(Object callable) {
    return callable instanceof InertObject object ? object.className() : "unknown";
  }
}
