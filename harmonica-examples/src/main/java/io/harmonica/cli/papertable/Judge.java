package io.harmonica.cli.papertable;

import io.harmonica.cli.evaluate.ClipJudge;
import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.SetParts;
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

  /** Judges images that are all there, a part at a time. */
  Scores judge(String name, SetParts images) throws IOException {
    int count = images.set().count();
    int height = Math.toIntExact(images.set().shape().get(1));
    int width = Math.toIntExact(images.set().shape().get(2));
    try (FeatureShelf.Stream stream = shelf.stream(count, height, width)) {
      images.forEach(stream::add);
      try (FeatureSet features = stream.finish()) {
        ImageSide side = new ImageSide(name, stream.sha256(), count, height, width, false);
        Scores scores = Scores.of(side, features, reference);
        return clip.isPresent()
            ? scores.withClip(score(clip.get().tally(name, count), images, height, width))
            : scores;
      }
    }
  }

  private static Estimate score(ClipJudge.Tally tally, SetParts images, int height, int width)
      throws IOException {
    long each = images.set().imageBytes();
    images.forEach(bytes -> tally.add(bytes, Math.toIntExact(bytes.length / each), height, width));
    return tally.score();
  }
}
