package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.evaluate.ClipJudge;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.PixelSource;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges images by FID and its relatives. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Compares images with a reference: FID, sFID, Inception Score, precision, recall and KID,"
            + " by the conventions of the ADM evaluator; and with prompts the CLIP score.")
final class EvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--samples",
      required = true,
      paramLabel = "A",
      description =
          "the images to judge: an .npz file with arr_0, or a folder of .png or .jpg files")
  private Path samples;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "B",
      description =
          "what to compare them with: the same, or an .npz file with mu, sigma, mu_s and sigma_s")
  private Path reference;

  @Mixin private EvaluationOptions evaluation;
  @Mixin private ClipOptions clip;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "images that the network sees at once (${DEFAULT-VALUE})")
  private int batch;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    try (NDManager manager = device.open();
        FeatureShelf shelf = evaluation.open(manager);
        PixelSource source = PixelSource.open(samples)) {
      Scores.requireEnough(samples.toString(), source.count());
      // A resource may be null: most sets are judged without prompts.
      try (ClipJudge judge = clip.open(manager).orElse(null);
          Reference real = evaluation.reference(reference, shelf, batch)) {
        evaluation.judge(source, real, shelf, Optional.ofNullable(judge), batch);
      }
    }
    return 0;
  }
}
