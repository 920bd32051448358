package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks what a checkpoint's pickle holds and gives every tensor and every plain value its name: the
 * keys that lead to it, joined with full stops. Things that contain themselves are left at the
 * second visit.
 */
final class TorchTree {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_VISITS = PickleStack.MAX_VALUES;
  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_NAME = 4096;
  private static final int MAX_TEXTS = 10_000;
  private static final int MAX_CHARACTERS = 1 << 25;

  private final String file;
  private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Set<Object> path = Collections.newSetFromMap(new IdentityHashMap<>());
  private int visits;
  private int characters;

  private TorchTree(String file) {
    this.file = file;
  }

  static TorchTree walk(String file, Object root) throws MalformedCheckpointException {
    TorchTree tree = new TorchTree(file);
    tree.visit("", root);
    return tree;
  }

  Map<String, TorchTensor> tensors() {
    return tensors;
  }

  Map<String, String> texts() {
    return texts;
  }

  private void visit(String name, Object value) throws MalformedCheckpointException {
    count();
    if (value instanceof TorchTensor tensor) {
      if (tensors.size() == MAX_TENSORS) {
        throw fault("holds more than " + MAX_TENSORS + " tensors");
      }
      countName(name);
      if (tensors.put(name.isEmpty() ? "tensor" : name, tensor) != null) {
        throw fault("holds two tensors named " + MalformedCheckpointException.quote(name));
      }
    } else if (value instanceof Map || value instanceof List || value instanceof InertObject) {
      if (path.size() == MAX_DEPTH) {
        throw fault("nests its values more than " + MAX_DEPTH + " deep");
      }
      if (path.add(value)) {
        visitParts(name, value);
        path.remove(value);
      }
    } else if (isPlain(value)) {
      countName(name);
      texts.putIfAbsent(name.isEmpty() ? "value" : name, value.toString());
    }
  }

  private void visitParts(String name, Object value) throws MalformedCheckpointException {
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (isPlain(entry.getKey()) && isWanted(entry.getValue())) {
          visit(join(name, entry.getKey().toString()), entry.getValue());
        } else {
          count();
        }
      }
    } else if (value instanceof List<?> list) {
      int index = 0;
      for (Object element : list) {
        if (isWanted(element)) {
          visit(join(name, Integer.toString(index)), element);
        } else {
          count();
        }
        index++;
      }
    } else if (value instanceof InertObject object) {
      visit(name, object.state());
      visit(name, object.entries());
      visit(name, object.elements());
    }
  }

  /** Counts a value; those that are only looked at cost time too, as often as they are shared. */
  private void count() throws MalformedCheckpointException {
    if (++visits > MAX_VISITS) {
      throw fault("holds more than " + MAX_VISITS + " values");
    }
  }

  /** Counts a name that is kept; short keys may make many long ones. */
  private void countName(String name) throws MalformedCheckpointException {
    characters += name.length();
    if (characters > MAX_CHARACTERS) {
      throw fault("holds names of more than " + MAX_CHARACTERS + " characters together");
    }
  }

  private String join(String name, String key) throws MalformedCheckpointException {
    if (name.length() + key.length() >= MAX_NAME) {
      throw fault("holds a name of more than " + MAX_NAME + " characters");
    }
    return name.isEmpty() ? key : name + "." + key;
  }

  /** Whether a value needs a name: long lists of numbers do not, once there are many texts. */
  private boolean isWanted(Object value) {
    return value != null && (texts.size() < MAX_TEXTS || !isPlain(value));
  }

  private static boolean isPlain(Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  private MalformedCheckpointException fault(String problem) {
    return new MalformedCheckpointException(
        file, problem, -1, "save only the model's state_dict() with torch.save");
  }
}
