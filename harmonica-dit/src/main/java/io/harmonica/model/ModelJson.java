package io.harmonica.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A model's {@code config.json}. A member that is missing or null takes the default where there is
 * one; every complaint names the member and what was expected of it.
 */
public final class ModelJson {
  private final JsonObject object;

  private ModelJson(JsonObject object) {
    this.object = object;
  }

  /**
   * Parses a configuration.
   *
   * @param json the text
   * @return its members
   * @throws IllegalArgumentException if it is no JSON object
   */
  public static ModelJson parse(String json) {
    try {
      return new ModelJson(JsonParser.parseString(json).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("the model's configuration is no JSON object", e);
    }
  }

  /** {@return the names of all members: the names, in the order of the text} */
  public Set<String> names() {
    return Collections.unmodifiableSet(object.keySet());
  }

  /**
   * Tells whether a member has a value.
   *
   * @param name the member
   * @return true if it is there and not null
   */
  public boolean has(String name) {
    return object.has(name) && !object.get(name).isJsonNull();
  }

  /**
   * Reads a whole number.
   *
   * @param name the member
   * @return its value
   * @throws IllegalArgumentException if it is missing or no whole number
   */
  public int integer(String name) {
    return integer(name, required(name));
  }

  /**
   * Reads a whole number.
   *
   * @param name the member
   * @param otherwise what a missing member means
   * @return its value
   * @throws IllegalArgumentException if it is no whole number
   */
  public int integer(String name, int otherwise) {
    return has(name) ? integer(name, object.get(name)) : otherwise;
  }

  /**
   * Reads a list of whole numbers.
   *
   * @param name the member
   * @return its values
   * @throws IllegalArgumentException if it is missing or no list of whole numbers
   */
  public List<Integer> integers(String name) {
    List<Integer> values = new ArrayList<>();
    for (JsonElement element : list(name, required(name))) {
      values.add(integer(name, element));
    }
    return values;
  }

  /**
   * Reads a number.
   *
   * @param name the member
   * @param otherwise what a missing member means
   * @return its value
   * @throws IllegalArgumentException if it is no number
   */
  public double number(String name, double otherwise) {
    return has(name) ? number(name, object.get(name), "a number") : otherwise;
  }

  /**
   * Reads a flag.
   *
   * @param name the member
   * @param otherwise what a missing member means
   * @return its value
   * @throws IllegalArgumentException if it is neither true nor false
   */
  public boolean flag(String name, boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonElement member = object.get(name);
    if (member instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw unexpected(name, member, "true or false");
  }

  /**
   * Tells whether a member is there and false; one of any other type is not.
   *
   * @param name the member
   * @return true if its value is false
   */
  public boolean isFalse(String name) {
    return has(name)
        && object.get(name) instanceof JsonPrimitive primitive
        && primitive.isBoolean()
        && !primitive.getAsBoolean();
  }

  /**
   * Reads a text.
   *
   * @param name the member
   * @param otherwise what a missing member means
   * @return its value
   * @throws IllegalArgumentException if it is no text
   */
  public String text(String name, String otherwise) {
    return has(name) ? text(name, object.get(name)) : otherwise;
  }

  /**
   * Reads a list of texts.
   *
   * @param name the member
   * @return its values, none if the member is missing
   * @throws IllegalArgumentException if it is no list of texts
   */
  public List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    if (has(name)) {
      for (JsonElement element : list(name, object.get(name))) {
        values.add(text(name, element));
      }
    }
    return values;
  }

  /**
   * Reads a part that has members of its own.
   *
   * @param name the member
   * @return its members, none if it is missing
   * @throws IllegalArgumentException if it has no members
   */
  public ModelJson part(String name) {
    if (!has(name)) {
      return new ModelJson(new JsonObject());
    }
    if (object.get(name) instanceof JsonObject members) {
      return new ModelJson(members);
    }
    throw unexpected(name, object.get(name), "an object");
  }

  private JsonElement required(String name) {
    if (!has(name)) {
      throw new IllegalArgumentException("the model's configuration lacks \"" + name + "\"");
    }
    return object.get(name);
  }

  private static Iterable<JsonElement> list(String name, JsonElement member) {
    if (!member.isJsonArray()) {
      throw unexpected(name, member, "a list");
    }
    return member.getAsJsonArray();
  }

  private static String text(String name, JsonElement member) {
    if (member instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw unexpected(name, member, "a text");
  }

  private static int integer(String name, JsonElement member) {
    double value = number(name, member, "a whole number");
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw unexpected(name, member, "a whole number");
    }
    return (int) value;
  }

  private static double number(String name, JsonElement member, String expected) {
    if (member instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return primitive.getAsDouble();
    }
    throw unexpected(name, member, expected);
  }

  private static IllegalArgumentException unexpected(
      String name, JsonElement member, String expected) {
    return new IllegalArgumentException(
        "the model's configuration has "
            + name
            + " = "
            + MalformedCheckpointException.quote(member.toString())
            + ", expected "
            + expected);
  }
}
