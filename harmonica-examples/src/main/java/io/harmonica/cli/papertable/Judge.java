package io.harmonica.cli.papertable;

import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.UnfinishedImages;
import java.io.IOException;
import java.util.Map;

/**
 * By what images are judged.
 *
 * @param shelf has the network
 * @param reference what images are compared with
 */
record Judge(FeatureShelf shelf, Reference reference) {

  /** What scores depend on beside the images, by name. */
  Map<String, String> settings() {
    return Map.of(
        "reference_sha256", reference.side().sha256(), "inception_sha256", shelf.weightsHash());
  }

  /** Judges images that are all there, some at a time. */
  Scores judge(String name, UnfinishedImages images, int height, int width, int batch)
      throws IOException {
    int count = images.finished();
    try (FeatureShelf.Stream stream = shelf.stream(count, height, width)) {
      images.forEach(batch, stream::add);
      try (FeatureSet features = stream.finish()) {
        ImageSide side = new ImageSide(name, stream.sha256(), count, height, width, false);
        return Scores.of(side, features, reference);
      }
    }
  }
}
