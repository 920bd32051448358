package io.harmonica.clip;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import io.harmonica.model.RandomTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small CLIP with random weights, in the folder layout of transformers: enough to try a score.
 * What it says compares with nothing. Its tokenizer is of CLIP's kind and knows single bytes only.
 */
public final class RandomClip {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  /** What ends a word. */
  private static final String WORD_END = "</w>";

  private static final int BYTES = 256;

  private RandomClip() {}

  /** {@return the shape of the model: two layers a tower, images of 32 x 32} */
  public static ClipConfig config() {
    return new ClipConfig(
        new ClipTower(32, 64, 2, 4, true),
        new ClipTower(48, 96, 2, 4, true),
        2 * BYTES + 2,
        77,
        32,
        8,
        24);
  }

  /**
   * Writes {@code config.json}, {@code tokenizer.json} and {@code model.safetensors}.
   *
   * @param folder the folder; made if it is not there
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void write(Path folder, long seed) throws IOException {
    write(folder, config(), seed);
    AtomicFiles.writeString(folder.resolve("tokenizer.json"), tokenizer().toString());
  }

  /** Writes a model of any shape without a tokenizer. */
  static void write(Path folder, ClipConfig config, long seed) throws IOException {
    Files.createDirectories(folder);
    SafetensorsWriter writer = new SafetensorsWriter();
    long next = 0;
    for (Map.Entry<String, Shape> tensor : ClipShapes.of(config).entrySet()) {
      String name = tensor.getKey();
      Shape shape = tensor.getValue();
      long number = next++;
      writer.put(name, TensorType.F32, shape, () -> values(name, shape, seed, number));
    }
    writer.write(folder.resolve("model.safetensors"));
    AtomicFiles.writeString(folder.resolve("config.json"), config.toJson());
  }

  private static float[] values(String name, Shape shape, long seed, long number) {
    float[] values = RandomTensors.uniform(shape, seed, number);
    if (name.matches(".*norm\\d?\\.weight")) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 1;
      }
    }
    return values;
  }

  private static JsonObject tokenizer() {
    JsonObject root = new JsonObject();
    root.addProperty("version", "1.0");
    JsonArray added = new JsonArray();
    added.add(special(START, 2 * BYTES));
    added.add(special(END, 2 * BYTES + 1));
    root.add("added_tokens", added);
    root.add("normalizer", normalizer());
    root.add("pre_tokenizer", preTokenizer());
    root.add("post_processor", postProcessor());
    JsonObject model = typed("BPE");
    model.addProperty("unk_token", END);
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", WORD_END);
    model.add("vocab", vocabulary());
    model.add("merges", new JsonArray());
    root.add("model", model);
    return root;
  }

  private static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonObject special(String content, int id) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    for (String flag : List.of("single_word", "lstrip", "rstrip")) {
      token.addProperty(flag, false);
    }
    token.addProperty("normalized", true);
    token.addProperty("special", true);
    return token;
  }

  /** Lower case, and one space for many. */
  private static JsonObject normalizer() {
    JsonObject spaces = typed("Replace");
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", "\\s+");
    spaces.add("pattern", pattern);
    spaces.addProperty("content", " ");
    return sequence("normalizers", typed("NFC"), spaces, typed("Lowercase"));
  }

  /** Words, single digits, and what is neither. */
  private static JsonObject preTokenizer() {
    JsonObject split = typed("Split");
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", "[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+");
    split.add("pattern", pattern);
    split.addProperty("behavior", "Removed");
    split.addProperty("invert", true);
    JsonObject bytes = typed("ByteLevel");
    bytes.addProperty("add_prefix_space", false);
    bytes.addProperty("trim_offsets", true);
    return sequence("pretokenizers", split, bytes);
  }

  private static JsonObject sequence(String name, JsonObject... parts) {
    JsonObject sequence = typed("Sequence");
    JsonArray list = new JsonArray();
    for (JsonObject part : parts) {
      list.add(part);
    }
    sequence.add(name, list);
    return sequence;
  }

  private static JsonObject postProcessor() {
    JsonObject processor = typed("RobertaProcessing");
    processor.add("sep", pair(END, 2 * BYTES + 1));
    processor.add("cls", pair(START, 2 * BYTES));
    processor.addProperty("trim_offsets", false);
    processor.addProperty("add_prefix_space", false);
    return processor;
  }

  private static JsonArray pair(String content, int id) {
    JsonArray pair = new JsonArray();
    pair.add(content);
    pair.add(id);
    return pair;
  }

  /** All bytes within a word, then all at its end. */
  private static JsonObject vocabulary() {
    JsonObject vocabulary = new JsonObject();
    int id = 0;
    for (String ending : List.of("", WORD_END)) {
      for (String sign : signs()) {
        vocabulary.addProperty(sign + ending, id++);
      }
    }
    vocabulary.addProperty(START, id++);
    vocabulary.addProperty(END, id);
    return vocabulary;
  }

  /** A visible sign for each byte: itself where it is visible, else one from further on. */
  private static List<String> signs() {
    List<String> signs = new ArrayList<>();
    int further = BYTES;
    for (int b = 0; b < BYTES; b++) {
      boolean visible = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
      signs.add(Character.toString(visible ? b : further++));
    }
    return signs;
  }
}
