package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack, marks and memo of the pickle machine, all bounded. */
final class PickleStack {

  /** Far more than any checkpoint needs, and few enough to fit in a small heap. */
  static final int MAX_VALUES = 2_000_000;

  private final PickleCursor cursor;
  private final List<Object> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private int made;

  PickleStack(PickleCursor cursor) {
    this.cursor = cursor;
  }

  /** Pushes a new value. */
  void push(Object value) throws MalformedCheckpointException {
    count();
    values.add(value);
  }

  /** Pushes a value that exists already. */
  private void pushAgain(Object value) throws MalformedCheckpointException {
    if (values.size() == MAX_VALUES) {
      throw cursor.fault("too many values");
    }
    values.add(value);
  }

  void mark() throws MalformedCheckpointException {
    count();
    marks.add(values.size());
  }

  Object top() throws MalformedCheckpointException {
    if (values.size() <= fence()) {
      throw cursor.fault("too few values for an instruction");
    }
    return values.get(values.size() - 1);
  }

  Object pop() throws MalformedCheckpointException {
    Object top = top();
    values.remove(values.size() - 1);
    return top;
  }

  /** Removes the last values, in the order they were pushed. */
  List<Object> pop(int count) throws MalformedCheckpointException {
    if (values.size() - fence() < count) {
      throw cursor.fault("too few values for an instruction");
    }
    return take(values.size() - count);
  }

  /** Removes the values above the last mark, and the mark. */
  List<Object> popToMark() throws MalformedCheckpointException {
    if (marks.isEmpty()) {
      throw cursor.fault("an instruction without its mark");
    }
    return take(marks.remove(marks.size() - 1));
  }

  /** Removes the top value, or the mark if that is on top. */
  void drop() throws MalformedCheckpointException {
    if (!marks.isEmpty() && fence() == values.size()) {
      popToMark();
    } else {
      pop();
    }
  }

  void duplicate() throws MalformedCheckpointException {
    pushAgain(top());
  }

  void remember(long key) throws MalformedCheckpointException {
    count();
    memo.put(key, top());
  }

  void rememberNext() throws MalformedCheckpointException {
    remember(memo.size());
  }

  void recall(long key) throws MalformedCheckpointException {
    Object value = memo.get(key);
    if (value == null && !memo.containsKey(key)) {
      throw cursor.fault("a reference to something it never kept");
    }
    pushAgain(value);
  }

  private List<Object> take(int from) {
    List<Object> tail = values.subList(from, values.size());
    List<Object> taken = new ArrayList<>(tail);
    tail.clear();
    return Collections.unmodifiableList(taken);
  }

  private int fence() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private void count() throws MalformedCheckpointException {
    count(1);
  }

  /** Counts values that an instruction makes beside the one that it pushes. */
  void count(int values) throws MalformedCheckpointException {
    made += values;
    if (made > MAX_VALUES) {
      throw cursor.fault("more than " + MAX_VALUES + " values");
    }
  }
}
