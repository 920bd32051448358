package io.harmonica.pipeline;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import java.util.Arrays;

/** Images of given classes, for every class-conditional model. */
public final class ClassSubjects implements ImageSubjects {
  private final Conditioner model;
  private final ClassNames classes;
  private final int[] labels;

  /** Makes a model's conditioning of labels. */
  @FunctionalInterface
  public interface Conditioner {

    /**
     * Makes the conditioning.
     *
     * @param owner owns the arrays
     * @param labels the classes
     * @return one row for each label
     * @throws IllegalArgumentException if there is no such class
     */
    Conditioning condition(NDManager owner, int... labels);
  }

  /**
   * Asks for classes.
   *
   * @param model makes the conditioning
   * @param classes what the classes are called
   * @param labels the classes, one for each image
   */
  public ClassSubjects(Conditioner model, ClassNames classes, int... labels) {
    this.model = model;
    this.classes = classes;
    this.labels = labels.clone();
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public String kind() {
    return "labels";
  }

  @Override
  public String name(int index) {
    return classes.fileName(labels[index]);
  }

  @Override
  public String title(int index) {
    return classes.name(labels[index]);
  }

  @Override
  public ImageSubjects range(int first, int last) {
    return new ClassSubjects(model, classes, Arrays.copyOfRange(labels, first, last));
  }

  @Override
  public Conditioning conditioning(NDManager owner) {
    return model.condition(owner, labels);
  }

  @Override
  public String toString() {
    return Arrays.toString(labels);
  }
}
