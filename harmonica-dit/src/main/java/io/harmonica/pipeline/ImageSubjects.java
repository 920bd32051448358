package io.harmonica.pipeline;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;

/** What the images of a run are to show, as one model understands it: classes or captions. */
public interface ImageSubjects {

  /** {@return the number of images} */
  int count();

  /** {@return what the subjects are, {@code labels} or {@code prompts}} */
  String kind();

  /**
   * Names what one image is to show, fit for a file's name.
   *
   * @param index of the image
   * @return for example {@code 207-golden-retriever}
   */
  String name(int index);

  /**
   * Names what one image is to show, for people to read.
   *
   * @param index of the image
   * @return for example {@code golden retriever}
   */
  default String title(int index) {
    return name(index);
  }

  /**
   * Returns some of the subjects.
   *
   * @param first the first
   * @param last the one behind the last
   * @return those subjects
   */
  ImageSubjects range(int first, int last);

  /**
   * Makes the model's conditioning for all the subjects.
   *
   * @param owner owns the arrays
   * @return the conditioning, one row for each image
   * @throws IllegalArgumentException if the model does not know one of them
   */
  Conditioning conditioning(NDManager owner);
}
