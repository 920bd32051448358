package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.evaluate.ClipJudge;
import io.harmonica.cli.evaluate.ClipSide;
import io.harmonica.cli.evaluate.EvaluationReport;
import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.PixelSource;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.eval.Estimate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** By which network images are judged, and where the verdict goes. */
final class EvaluationOptions {
  @Option(
      names = "--inception",
      paramLabel = "WEIGHTS",
      description =
          "the network's weights, as pt_inception-2015-12-05-6726825d.pth or a safetensors file"
              + " with its names")
  private Path inception;

  @Option(names = "--json", paramLabel = "FILE", description = "where the scores go as JSON")
  private Path json;

  @Option(
      names = "--features",
      paramLabel = "DIR",
      description = "keep features here, and take those that are here already")
  private Path features;

  /** Whether any of these options was given. */
  boolean given() {
    return inception != null || json != null || features != null;
  }

  FeatureShelf open(NDManager manager) throws IOException {
    if (inception == null) {
      throw new IllegalArgumentException(
          "no network to judge images by: give its weights, --inception WEIGHTS");
    }
    if (json != null) {
      Outputs.requireFolderOf(json);
    }
    return FeatureShelf.open(manager, inception, Optional.ofNullable(features));
  }

  Reference reference(Path path, FeatureShelf shelf, int batch) throws IOException {
    try (FeatureProgress progress = new FeatureProgress("features of " + path.getFileName())) {
      return Reference.open(path, shelf, batch, progress::done);
    }
  }

  /** Judges a set that lies somewhere. */
  void judge(
      PixelSource source,
      Reference reference,
      FeatureShelf shelf,
      Optional<ClipJudge> clip,
      int batch)
      throws IOException {
    String name = source.path().toString();
    Scores.requireEnough(name, source.count());
    Optional<ClipJudge.Tally> tally = clip.map(judge -> judge.tally(name, source.count()));
    String hash = source.sha256();
    try (FeatureProgress progress =
            new FeatureProgress("features of " + source.path().getFileName());
        FeatureSet features = shelf.features(source, hash, batch, progress::done)) {
      ImageSide side = ImageSide.of(source, hash);
      Scores scores = Scores.of(side, features, reference);
      if (tally.isPresent()) {
        scores = scores.withClip(score(source, tally.get(), batch));
      }
      report(side, reference, shelf, clip.map(ClipJudge::side), scores);
    }
  }

  private static Estimate score(PixelSource source, ClipJudge.Tally tally, int batch)
      throws IOException {
    int[] done = new int[1];
    try (FeatureProgress progress = new FeatureProgress("CLIP")) {
      source.forEach(
          batch,
          (pixels, images) -> {
            tally.add(pixels, images, source.height(), source.width());
            done[0] += images;
            progress.done(done[0], source.count());
          });
    }
    return tally.score();
  }

  /** Compares, prints and writes. */
  void report(ImageSide side, FeatureSet samples, Reference reference, FeatureShelf shelf)
      throws IOException {
    report(side, reference, shelf, Optional.empty(), Scores.of(side, samples, reference));
  }

  private void report(
      ImageSide side,
      Reference reference,
      FeatureShelf shelf,
      Optional<ClipSide> clip,
      Scores scores)
      throws IOException {
    EvaluationReport report =
        new EvaluationReport(side, reference.side(), inception, shelf.weightsHash(), clip, scores);
    System.out.print(report.table());
    if (json != null) {
      report.write(json);
    }
  }
}
