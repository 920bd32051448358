package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.evaluate.EvaluationReport;
import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.PixelSource;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
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
  void judge(PixelSource source, Reference reference, FeatureShelf shelf, int batch)
      throws IOException {
    Scores.requireEnough(source.path().toString(), source.count());
    String hash = source.sha256();
    try (FeatureProgress progress =
            new FeatureProgress("features of " + source.path().getFileName());
        FeatureSet features = shelf.features(source, hash, batch, progress::done)) {
      report(ImageSide.of(source, hash), features, reference, shelf);
    }
  }

  /** Compares, prints and writes. */
  void report(ImageSide side, FeatureSet samples, Reference reference, FeatureShelf shelf)
      throws IOException {
    Scores scores = Scores.of(side, samples, reference);
    EvaluationReport report =
        new EvaluationReport(side, reference.side(), inception, shelf.weightsHash(), scores);
    System.out.print(report.table());
    if (json != null) {
      report.write(json);
    }
  }
}
