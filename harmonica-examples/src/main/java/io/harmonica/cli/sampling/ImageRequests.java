package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;

/** What the images of a run are asked to show: for each, say, a class or a caption. */
public interface ImageRequests {

  /**
   * Counts the images.
   *
   * @return n
   */
  int count();

  /**
   * Says what the requests are.
   *
   * @return for example {@code labels}
   */
  String kind();

  /**
   * Names what one image is asked to show, fit for a file's name.
   *
   * @param index of the image
   * @return for example {@code 207-golden-retriever}
   */
  String name(int index);

  /**
   * Names what one image is asked to show, for people to read.
   *
   * @param index of the image
   * @return for example {@code golden retriever}
   */
  default String title(int index) {
    return name(index);
  }

  /**
   * Returns some of the requests.
   *
   * @param first the first
   * @param last the one behind the last
   * @return those requests
   */
  ImageRequests range(int first, int last);

  /**
   * Makes the model's conditioning for all the requests.
   *
   * @param owner owns the arrays
   * @return the conditioning, n rows
   */
  Conditioning conditioning(NDManager owner);
}
