package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A quickstart from settings to files.
 *
 * @param model opens the bundled model
 * @param settings what the run varies
 */
public record QuickstartRun(Showcase.Source model, Quickstart.Settings settings) {
  private static final int CHECKPOINT_TRAJECTORIES = 20;

  /**
   * Runs and writes.
   *
   * @param manager its device computes
   * @param listener watches
   * @param folder receives the routers, images.png, router.png, the curves, summary.json and
   *     report.html
   * @return a few lines to print
   * @throws IOException if a file cannot be written
   */
  public String run(NDManager manager, Quickstart.Listener listener, Path folder)
      throws IOException {
    Path checkpoint = folder.resolve("router.safetensors.checkpoint");
    Quickstart.Outcome outcome =
        new Quickstart(model, settings)
            .run(manager, new CheckpointPlan(checkpoint, CHECKPOINT_TRAJECTORIES, false), listener);
    Files.deleteIfExists(checkpoint);
    QuickstartFiles files = new QuickstartFiles(outcome);
    files.write(folder);
    Comparison result = outcome.comparison();
    return String.format(
        Locale.ROOT,
        """
        CUR                   %.1f%%
        theoretical speed-up  %.2fx
        measured speed-up     %.2fx
        PSNR                  %.1f dB
        agreement             %.1f%% full, %.1f%% cached
        Fréchet distance      %.2f full, %.2f cached
        seconds               %.0f, of which training %.0f
        report                %s""",
        100 * outcome.plan().cacheUtilisation(),
        result.cached().theoreticalSpeedup(),
        result.speedup(),
        Comparison.psnr(result.cached()),
        100 * Comparison.agreement(result.full()).share(),
        100 * Comparison.agreement(result.cached()).share(),
        Comparison.frechet(result.full()),
        Comparison.frechet(result.cached()),
        outcome.seconds(),
        outcome.harmonized().seconds() + outcome.published().seconds(),
        folder.resolve("report.html"));
  }
}
