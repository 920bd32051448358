package io.harmonica.cli.imageset;

import java.io.IOException;

/** Where finished images go. */
public interface ImageSink {

  /** {@return images that need not be made again} */
  int finished();

  /**
   * Adds images; when this returns, they need not be made again.
   *
   * @param more the images' bytes, one behind the other
   * @throws IOException if they cannot be taken
   */
  void append(byte[] more) throws IOException;
}
