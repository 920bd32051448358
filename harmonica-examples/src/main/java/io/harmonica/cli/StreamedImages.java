package io.harmonica.cli;

import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.imageset.ImageSink;
import java.io.IOException;

/** Images that are judged as they are made, and not kept. */
final class StreamedImages implements ImageSink {
  private final FeatureShelf.Stream stream;
  private final long imageBytes;
  private int finished;

  StreamedImages(FeatureShelf.Stream stream, long imageBytes) {
    this.stream = stream;
    this.imageBytes = imageBytes;
  }

  @Override
  public int finished() {
    return finished;
  }

  @Override
  public void append(byte[] more) throws IOException {
    stream.add(more);
    finished += Math.toIntExact(more.length / imageBytes);
  }
}
