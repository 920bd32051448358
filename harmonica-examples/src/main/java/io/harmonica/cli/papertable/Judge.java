package io.harmonica.cli.papertable;

import io.harmonica.cli.evaluate.ClipJudge;
import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.UnfinishedImages;
import io.harmonica.eval.Estimate;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * By what images are judged.
 *
 * @param shelf has the network
 * @param reference what images are compared with
 * @param clip scores images by their prompts, where there are any
 */
record Judge(FeatureShelf shelf, Reference reference, Optional<ClipJudge> clip) {

  /** What scores depend on beside the images, by name. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("reference_sha256", reference.side().sha256());
    settings.put("inception_sha256", shelf.weightsHash());
    clip.map(ClipJudge::side)
        .ifPresent(
            side -> {
              settings.put("clip_sha256", side.sha256());
              settings.put("prompts_sha256", side.promptsSha256());
            });
    return settings;
  }

  /** Judges images that are all there, some at a time. */
  Scores judge(String name, UnfinishedImages images, int height, int width, int batch)
      throws IOException {
    int count = images.finished();
    try (FeatureShelf.Stream stream = shelf.stream(count, height, width)) {
      images.forEach(batch, stream::add);
      try (FeatureSet features = stream.finish()) {
        ImageSide side = new ImageSide(name, stream.sha256(), count, height, width, false);
        Scores scores = Scores.of(side, features, reference);
        return clip.isPresent()
            ? scores.withClip(score(clip.get().tally(name, count), images, height, width, batch))
            : scores;
      }
    }
  }

  private static Estimate score(
      ClipJudge.Tally tally, UnfinishedImages images, int height, int width, int batch)
      throws IOException {
    int each = 3 * height * width;
    images.forEach(batch, bytes -> tally.add(bytes, bytes.length / each, height, width));
    return tally.score();
  }
}
