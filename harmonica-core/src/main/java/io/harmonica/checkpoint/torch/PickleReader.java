package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A pickle machine that builds data and nothing else. Dictionaries become maps, lists and tuples
 * lists, numbers Long, BigInteger and Double, None null, tensors {@link TorchTensor}, and every
 * object of another class an {@link InertObject}. Instructions that torch.save does not emit are
 * refused.
 */
final class PickleReader {

  private static final int NEWEST_PROTOCOL = 5;

  private final PickleCursor cursor;
  private final PickleStack stack;

  private PickleReader(PickleCursor cursor) {
    this.cursor = cursor;
    this.stack = new PickleStack(cursor);
  }

  /**
   * Reads a pickle.
   *
   * @param base the offset of its first byte in the file, for messages
   */
  static Object read(String file, byte[] pickle, long base) throws MalformedCheckpointException {
    return read(new PickleCursor(file, pickle, base));
  }

  private static Object read(PickleCursor cursor) throws MalformedCheckpointException {
    try {
      return new PickleReader(cursor).run();
    } catch (IllegalArgumentException e) {
      MalformedCheckpointException fault = cursor.fault(e.getMessage());
      fault.initCause(e);
      throw fault;
    }
  }

  /** Pickles that lie one behind the other at the start of a file. */
  static final class Sequence {
    private final String file;
    private final byte[] head;
    private int position;

    Sequence(String file, byte[] head) {
      this.file = file;
      this.head = head;
    }

    /** Reads the next one. */
    Object next() throws MalformedCheckpointException {
      PickleCursor cursor = new PickleCursor(file, head, 0);
      cursor.position(position);
      Object value = read(cursor);
      position = cursor.position();
      return value;
    }

    /** Where the last one ended. */
    int position() {
      return position;
    }
  }

  private Object run() throws MalformedCheckpointException {
    while (true) {
      int code = cursor.instruction();
      PickleOp op = PickleOp.of(code);
      if (op == PickleOp.STOP) {
        return stack.pop();
      }
      if (op == null
          || !(scalar(op) || text(op) || dict(op) || list(op) || control(op) || object(op))) {
        throw cursor.fault(String.format(Locale.ROOT, "the unknown instruction 0x%02x", code));
      }
    }
  }

  private boolean scalar(PickleOp op) throws MalformedCheckpointException {
    switch (op) {
      case NONE -> stack.push(null);
      case NEWTRUE -> stack.push(true);
      case NEWFALSE -> stack.push(false);
      case BININT -> stack.push((long) cursor.i32());
      case BININT1 -> stack.push((long) cursor.u8());
      case BININT2 -> stack.push((long) cursor.u16());
      case LONG1 -> stack.push(cursor.integer(cursor.u8()));
      case LONG4 -> stack.push(cursor.integer(cursor.u32()));
      case BINFLOAT -> stack.push(cursor.f64());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean text(PickleOp op) throws MalformedCheckpointException {
    switch (op) {
      case BINUNICODE, BINSTRING -> stack.push(cursor.text(cursor.u32()));
      case SHORT_BINUNICODE, SHORT_BINSTRING -> stack.push(cursor.text(cursor.u8()));
      case BINUNICODE8 -> stack.push(cursor.text(cursor.i64()));
      case BINBYTES -> stack.push(cursor.bytes(cursor.u32()));
      case SHORT_BINBYTES -> stack.push(cursor.bytes(cursor.u8()));
      case BINBYTES8, BYTEARRAY8 -> stack.push(cursor.bytes(cursor.i64()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean dict(PickleOp op) throws MalformedCheckpointException {
    switch (op) {
      case EMPTY_DICT -> stack.push(new LinkedHashMap<>());
      case DICT -> {
        Map<Object, Object> dict = new LinkedHashMap<>();
        putAll(dict, stack.popToMark());
        stack.push(dict);
      }
      case SETITEM -> {
        List<Object> pair = stack.pop(2);
        putAll(stack.top(), pair);
      }
      case SETITEMS -> {
        List<Object> pairs = stack.popToMark();
        putAll(stack.top(), pairs);
      }
      case EMPTY_SET -> stack.push(new LinkedHashSet<>());
      case FROZENSET -> stack.push(set(stack.popToMark()));
      case ADDITEMS -> addAll(stack.popToMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean list(PickleOp op) throws MalformedCheckpointException {
    switch (op) {
      case EMPTY_LIST -> stack.push(new ArrayList<>(0));
      case LIST -> stack.push(new ArrayList<>(stack.popToMark()));
      case APPEND -> {
        List<Object> element = stack.pop(1);
        TorchObjects.append(stack.top(), element);
      }
      case APPENDS -> {
        List<Object> elements = stack.popToMark();
        TorchObjects.append(stack.top(), elements);
      }
      case EMPTY_TUPLE -> stack.push(List.of());
      case TUPLE -> stack.push(stack.popToMark());
      case TUPLE1 -> stack.push(stack.pop(1));
      case TUPLE2 -> stack.push(stack.pop(2));
      case TUPLE3 -> stack.push(stack.pop(3));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean control(PickleOp op) throws MalformedCheckpointException {
    switch (op) {
      case PROTO -> {
        int protocol = cursor.u8();
        if (protocol > NEWEST_PROTOCOL) {
          throw cursor.fault("the unknown protocol " + protocol);
        }
      }
      case FRAME -> cursor.i64();
      case MARK -> stack.mark();
      case POP -> stack.drop();
      case POP_MARK -> stack.popToMark();
      case DUP -> stack.duplicate();
      case BINPUT -> stack.remember(cursor.u8());
      case LONG_BINPUT -> stack.remember(cursor.u32());
      case MEMOIZE -> stack.rememberNext();
      case BINGET -> stack.recall(cursor.u8());
      case LONG_BINGET -> stack.recall(cursor.u32());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(PickleOp op) throws MalformedCheckpointException {
    switch (op) {
      case GLOBAL -> {
        String module = cursor.line();
        stack.push(new TorchObjects.Global(module + "." + cursor.line()));
      }
      case STACK_GLOBAL -> {
        List<Object> names = stack.pop(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
          throw cursor.fault("a class whose name is not text");
        }
        stack.push(new TorchObjects.Global(module + "." + name));
      }
      case REDUCE, NEWOBJ -> call(stack.pop(2));
      case NEWOBJ_EX -> call(stack.pop(3));
      case BUILD -> {
        Object state = stack.pop();
        TorchObjects.build(stack.top(), state);
      }
      case BINPERSID -> stack.push(TorchObjects.persistent(stack.pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void call(List<Object> call) throws MalformedCheckpointException {
    List<Object> arguments = TorchObjects.list(call.get(1), "a tuple of arguments");
    stack.count(TorchObjects.copied(call.get(0), arguments));
    stack.push(TorchObjects.call(call.get(0), arguments));
  }

  private void putAll(Object target, List<Object> pairs) throws MalformedCheckpointException {
    if (pairs.size() % 2 != 0) {
      throw cursor.fault("a key without its value");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      TorchObjects.put(target, pairs.get(i), pairs.get(i + 1));
    }
  }

  private void addAll(List<Object> elements) throws MalformedCheckpointException {
    if (!(stack.top() instanceof LinkedHashSet)) {
      throw cursor.fault("elements for what is not a set");
    }
    @SuppressWarnings("unchecked")
    Set<Object> set = (Set<Object>) stack.top();
    set.addAll(set(elements));
  }

  private static Set<Object> set(List<Object> elements) {
    Set<Object> set = new LinkedHashSet<>();
    elements.forEach(element -> set.add(TorchObjects.key(element)));
    return set;
  }
}
