package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A quickstart from settings to files.
 *
 * @param settings what the run varies
 */
public record QuickstartRun(Quickstart.Settings settings) {

  /**
   * Runs and writes.
   *
   * @param manager its device computes
   * @param listener watches
   * @param folder receives router.safetensors, images.png, router.png, the curves, summary.json and
   *     report.html
   * @return a few lines to print
   * @throws IOException if a file cannot be written
   */
  public String run(NDManager manager, Quickstart.Listener listener, Path folder)
      throws IOException {
    Quickstart.Outcome outcome = new Quickstart(settings).run(manager, listener);
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
        files.theoreticalSpeedup(),
        result.speedup(),
        result.psnr(),
        100 * Comparison.agreement(result.full()).share(),
        100 * Comparison.agreement(result.cached()).share(),
        Comparison.frechet(result.full()),
        Comparison.frechet(result.cached()),
        outcome.seconds(),
        outcome.trainingSeconds(),
        folder.resolve("report.html"));
  }
}
