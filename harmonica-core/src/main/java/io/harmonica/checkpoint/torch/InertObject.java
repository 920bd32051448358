package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle wanted to be an object of some Python class: the class's name and the data it would
 * have been made from. No class is ever looked up and no code runs. Objects are equal only to
 * themselves, for their data may contain themselves.
 */
public final class InertObject {

  private final String className;
  private final List<Object> arguments;
  private final List<Object> elements = new ArrayList<>(0);
  private final Map<Object, Object> entries = new LinkedHashMap<>(0);
  private Object state;

  InertObject(String className, List<Object> arguments) {
    this.className = className;
    this.arguments = arguments;
  }

  /**
   * {@return the full name of the Python class or function, for instance {@code
   * argparse.Namespace}}
   */
  public String className() {
    return className;
  }

  /**
   * {@return the arguments the class or function would have been called with, an unmodifiable list}
   */
  public List<Object> arguments() {
    return Collections.unmodifiableList(arguments);
  }

  /**
   * {@return the state the object would have been given, mostly a map of its attributes: the state,
   * or null if there is none}
   */
  public Object state() {
    return state;
  }

  /**
   * {@return what would have been put into the object as into a dictionary, an unmodifiable map}
   */
  public Map<Object, Object> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** {@return what would have been added to the object as to a list, an unmodifiable list} */
  public List<Object> elements() {
    return Collections.unmodifiableList(elements);
  }

  void setState(Object state) {
    this.state = state;
  }

  void put(Object key, Object value) {
    entries.put(key, value);
  }

  void add(Object element) {
    elements.add(element);
  }

  /** {@return the class's name in one line; the data is left out, as it may be endless} */
  @Override
  public String toString() {
    return "InertObject[" + MalformedCheckpointException.quote(className) + "]";
  }
}
