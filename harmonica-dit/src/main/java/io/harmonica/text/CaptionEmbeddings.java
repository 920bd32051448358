package io.harmonica.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a text encoder made of a list of prompts and of the negative prompt, which guidance leads
 * away from: all that sampling and training need of the text. Immutable.
 *
 * <p>Only the tokens of a prompt are kept and not its padding, which nobody looks at: 16 KB a token
 * with T5-XXL. Embeddings that were opened from a file stay there, and a batch reads what it needs;
 * so a thousand prompts take no memory.
 */
public final class CaptionEmbeddings implements AutoCloseable {
  /** Stands for the negative prompt in {@link #batch}. */
  public static final int NEGATIVE = -1;

  private static final float HALF_MAX = 65_504;

  /** Gives the vectors of one prompt. */
  @FunctionalInterface
  interface Vectors {
    /** Returns [length, width], row-major, of a prompt or, after the last, the negative prompt. */
    float[] read(int prompt) throws IOException;
  }

  private final CaptionList captions;
  private final Vectors vectors;
  private final Closeable file;

  CaptionEmbeddings(CaptionList captions, Vectors vectors, Closeable file) {
    this.captions = captions;
    this.vectors = vectors;
    this.file = file;
  }

  /**
   * Opens saved embeddings. Nothing but their description is read yet.
   *
   * @param path the file
   * @return the embeddings, which the caller closes
   * @throws MalformedCheckpointException if the file is damaged or holds something else
   * @throws IOException if it cannot be read
   */
  public static CaptionEmbeddings open(Path path) throws IOException {
    return EmbeddingsFile.open(path);
  }

  /**
   * Saves the embeddings as safetensors, as a whole or not at all.
   *
   * @param path the file
   * @param type F32, which keeps every bit, or F16, which takes half the room and is exact to a
   *     2048th of each number; a number above 65504 does not fit in it
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if a number does not fit in F16, or for another type
   */
  public void write(Path path, TensorType type) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    captions.toMetadata().forEach(writer::metadata);
    for (int i = 0; i <= size(); i++) {
      int prompt = i;
      writer.put(
          EmbeddingsFile.tensor(prompt, size()),
          type,
          new Shape(captions.length(prompt), captions.width()),
          () -> checked(prompt, type));
    }
    try {
      writer.write(path);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private float[] checked(int prompt, TensorType type) {
    try {
      float[] values = vectors.read(prompt);
      for (float value : values) {
        if (type == TensorType.F16 && !(Math.abs(value) <= HALF_MAX)) {
          throw new IllegalArgumentException(
              "the embedding of prompt "
                  + prompt
                  + " holds "
                  + value
                  + ", which F16 cannot; save it as F32");
        }
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the number of prompts, the negative one not counted, at least 1} */
  public int size() {
    return captions.prompts().size();
  }

  /** {@return the prompts as given, before cleaning, an unmodifiable list} */
  public List<String> prompts() {
    return captions.prompts();
  }

  /** {@return the negative prompt as given, mostly the empty text} */
  public String negativePrompt() {
    return captions.negative();
  }

  /** {@return the number of places that every prompt is padded to: the token limit} */
  public int tokens() {
    return captions.tokens();
  }

  /** {@return the length of a token's vector: the text encoder's width} */
  public int width() {
    return captions.width();
  }

  /** {@return where the embeddings come from} */
  public EmbeddingsProvenance provenance() {
    return captions.provenance();
  }

  /**
   * {@return the checksum that names the prompts: {@link EmbeddingsProvenance#sha256(List)} of the
   * prompts}
   */
  public String promptsHash() {
    return EmbeddingsProvenance.sha256(prompts());
  }

  /**
   * Brings prompts into the engine.
   *
   * @param manager owns the arrays
   * @param which numbers of prompts, from 0, in any order and also repeated, or {@link #NEGATIVE}
   * @return their vectors and mask
   * @throws IOException if the embeddings' file cannot be read
   * @throws IllegalArgumentException if there is no prompt of such a number, or none is asked for
   */
  public EncodedCaptions batch(NDManager manager, int... which) throws IOException {
    int[] places = which.clone();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < NEGATIVE || places[i] >= size()) {
        throw new IllegalArgumentException(
            "there is no prompt " + places[i] + "; expected 0 to " + (size() - 1));
      }
      places[i] = places[i] == NEGATIVE ? size() : places[i];
    }
    return gather(manager, places);
  }

  /**
   * Brings the negative prompt into the engine.
   *
   * @param manager owns the arrays
   * @param count how many times
   * @return its vectors and mask, repeated
   * @throws IOException if the embeddings' file cannot be read
   */
  public EncodedCaptions negative(NDManager manager, int count) throws IOException {
    int[] which = new int[count];
    Arrays.fill(which, size());
    return gather(manager, which);
  }

  private EncodedCaptions gather(NDManager manager, int[] which) throws IOException {
    if (which.length == 0) {
      throw new IllegalArgumentException("no prompt is asked for; expected at least one");
    }
    int row = tokens() * width();
    float[] padded = new float[Math.multiplyExact(which.length, row)];
    float[] mask = new float[which.length * tokens()];
    for (int i = 0; i < which.length; i++) {
      int length = captions.length(which[i]);
      System.arraycopy(vectors.read(which[i]), 0, padded, i * row, length * width());
      Arrays.fill(mask, i * tokens(), i * tokens() + length, 1);
    }
    return new EncodedCaptions(
        array(manager, padded, new Shape(which.length, tokens(), width())),
        array(manager, mask, new Shape(which.length, tokens())));
  }

  /** An array whose memory is the engine's, so that views of it may outlive it. */
  private static NDArray array(NDManager manager, float[] values, Shape shape) {
    try (NDArray wrapped = manager.create(values, shape)) {
      return wrapped.duplicate();
    }
  }

  /** {@return the embeddings' description, as their file's metadata has it} */
  public Map<String, String> metadata() {
    return captions.toMetadata();
  }

  /**
   * Closes the file, if they come from one.
   *
   * @throws IOException if the system reports an error
   */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
