package io.harmonica.cli.evaluate;

import java.io.IOException;
import java.security.MessageDigest;

/** Images that go to the network as they are made. */
final class PixelStream implements FeatureShelf.Stream {
  /** Opens the features under the checksum of their images. */
  @FunctionalInterface
  interface Keeper {
    FeatureSet keep(String hash) throws IOException;
  }

  private final FeatureExtraction extraction;
  private final int height;
  private final int width;
  private final Keeper keeper;
  private final MessageDigest digest = FileHash.digest();
  private String hash;

  PixelStream(FeatureExtraction extraction, int height, int width, Keeper keeper) {
    this.extraction = extraction;
    this.height = height;
    this.width = width;
    this.keeper = keeper;
  }

  @Override
  public void add(byte[] pixels) throws IOException {
    int each = 3 * height * width;
    if (pixels.length % each != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no whole images of %d x %d".formatted(pixels.length, height, width));
    }
    digest.update(pixels);
    extraction.add(pixels, pixels.length / each, height, width);
  }

  @Override
  public FeatureSet finish() throws IOException {
    extraction.finish();
    hash = FileHash.text(digest);
    return keeper.keep(hash);
  }

  @Override
  public String sha256() {
    if (hash == null) {
      throw new IllegalStateException("the images are not all there");
    }
    return hash;
  }

  @Override
  public void close() throws IOException {
    extraction.close();
  }
}
