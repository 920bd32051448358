package io.harmonica.cli.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.clip.ClipModel;
import io.harmonica.clip.ClipTokenizer;
import io.harmonica.eval.Estimate;
import io.harmonica.files.Hashes;
import io.harmonica.model.ModelFiles;
import io.harmonica.text.Prompts;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores images by how well they fit their prompts: 100 times the cosine of the directions that
 * CLIP gives to image and prompt (Hessel et al., <i>CLIPScore</i>, 2021, who scale by 2.5 and leave
 * out what is negative).
 */
public final class ClipJudge implements Closeable {
  private static final String PART = "clip";
  private static final int TEXTS_AT_ONCE = 64;

  private final NDManager manager;
  private final ClipModel model;
  private final float[][] texts;
  private final ClipSide side;

  private ClipJudge(NDManager manager, ClipModel model, float[][] texts, ClipSide side) {
    this.manager = manager;
    this.model = model;
    this.texts = texts;
    this.side = side;
  }

  /**
   * Opens a model and gives it the prompts.
   *
   * @param manager its device computes
   * @param folder the model's folder, with {@code config.json}, {@code model.safetensors} and
   *     {@code tokenizer.json}
   * @param prompts a text file, one prompt a line
   * @return the judge, which the caller closes
   * @throws IOException if a file is missing or damaged
   */
  public static ClipJudge open(NDManager manager, Path folder, Path prompts) throws IOException {
    List<String> asked = Prompts.read(prompts, "").asked();
    String hash = Hashes.of(ModelFiles.find(folder, PART).sha256());
    ClipModel model = ClipModel.open(folder, manager);
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder, model.config().textLength())) {
      List<float[]> directions = new ArrayList<>();
      for (int first = 0; first < asked.size(); first += TEXTS_AT_ONCE) {
        List<int[]> tokens = new ArrayList<>();
        for (String prompt : asked.subList(first, Math.min(asked.size(), first + TEXTS_AT_ONCE))) {
          tokens.add(tokenizer.tokenize(prompt));
        }
        try (NDManager scope = manager.newSubManager()) {
          directions.addAll(rows(model.texts(scope, tokens)));
        }
      }
      ClipSide side = new ClipSide(folder.toString(), hash, asked.size(), FileHash.of(prompts));
      return new ClipJudge(manager, model, directions.toArray(float[][]::new), side);
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  private static List<float[]> rows(NDArray directions) {
    int width = Math.toIntExact(directions.getShape().get(1));
    return Arrays.asList(Matrices.rows(directions.toFloatArray(), width));
  }

  /** {@return what a report says of model and prompts} */
  public ClipSide side() {
    return side;
  }

  /**
   * Starts to score a set.
   *
   * @param name what the set is called
   * @param count how many images it has
   * @return where its images go
   * @throws IllegalArgumentException if there are more prompts than images
   */
  public Tally tally(String name, int count) {
    if (texts.length > count) {
      throw new IllegalArgumentException(
          "%s: %d images for %d prompts, expected one for each or more, the prompts in turn"
              .formatted(name, count, texts.length));
    }
    return new Tally();
  }

  /** Scores the images of a set, which show the prompts in turn. */
  public final class Tally {
    private final List<Double> scores = new ArrayList<>();

    private Tally() {}

    /**
     * Adds images.
     *
     * @param pixels unsigned bytes, [images, height, width, 3]
     * @param images how many
     * @param height of each
     * @param width of each
     */
    public void add(byte[] pixels, int images, int height, int width) {
      ByteBuffer bytes = ByteBuffer.wrap(pixels, 0, 3 * images * height * width);
      try (NDManager scope = manager.newSubManager()) {
        NDArray array =
            scope.create(bytes.slice(), new Shape(images, height, width, 3), DataType.UINT8);
        for (float[] direction : rows(model.images(array))) {
          scores.add(100 * cosine(direction, texts[scores.size() % texts.length]));
        }
      }
    }

    /**
     * Gives the score of the images so far.
     *
     * @return the mean over the images, with the interval for their choice
     * @throws IllegalArgumentException if the model's weights are damaged
     */
    public Estimate score() {
      return Estimate.ofMean(scores.stream().mapToDouble(Double::doubleValue).toArray(), 0);
    }
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Frees the model. */
  @Override
  public void close() {
    model.close();
  }
}
