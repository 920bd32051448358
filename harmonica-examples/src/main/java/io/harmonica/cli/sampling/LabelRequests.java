package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.dit.DitModel;
import java.util.Arrays;

/** Images of given classes, for a class-conditional DiT. */
final class LabelRequests implements ImageRequests {
  private final DitModel model;
  private final ClassNames classes;
  private final int[] labels;

  LabelRequests(DitModel model, ClassNames classes, int... labels) {
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
  public ImageRequests range(int first, int last) {
    return new LabelRequests(model, classes, Arrays.copyOfRange(labels, first, last));
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
