package io.harmonica.cli.papertable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.harmonica.dit.DitConfig;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtInput;
import io.harmonica.plan.ComputeCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table of GPU hours in docs/paper-table.md is what its assumptions give. */
final class StudyCostTest {
  /** Assumed: matrix products in bfloat16 on a GPU of the H100's class, MACs a second. */
  private static final double BFLOAT16 = 150e12;

  /** Assumed: convolutions in float32 there. */
  private static final double FLOAT32 = 20e12;

  /** Of the usual decoder, by its convolutions and its attention. */
  private static final long DECODER_256 = 311_093_641_216L;

  private static final long DECODER_512 = 1_257_259_466_752L;

  private static StudyCost cost(PaperStudy study) {
    ComputeCost forward =
        switch (study.model()) {
          case PaperStudies.DIT_256 -> DitConfig.named("DiT-XL/2", 32).cost();
          case PaperStudies.DIT_512 -> DitConfig.named("DiT-XL/2", 64).cost();
          default -> PixArtConfig.xl2(32).cost(new PixArtInput(32, 32, 8, 120));
        };
    return new StudyCost(
        study, forward, study.model().equals(PaperStudies.DIT_512) ? DECODER_512 : DECODER_256);
  }

  private static String line(PaperStudy study) {
    StudyCost cost = cost(study);
    double sampling = cost.sampling() / BFLOAT16 / 3600;
    double judging = cost.judging() / FLOAT32 / 3600;
    double published = cost.publishedTraining() / BFLOAT16 / 3600;
    double searching = cost.searching() / BFLOAT16 / 3600;
    return String.format(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.1f | %.1f |",
        study.title(),
        sampling,
        judging,
        published,
        searching,
        sampling + judging + published + searching);
  }

  @Test
  void theDocumentedTable() throws IOException {
    String page = Files.readString(Path.of("../docs/paper-table.md"));
    for (PaperStudy study : PaperStudies.ALL) {
      assertThat(page).contains(line(study));
    }
  }

  @Test
  void aStepOfTheFullRunIsTwiceAForwardPass() {
    PaperStudy study = PaperStudies.ALL.get(0);
    assertThat(cost(study).sampling() / study.images() / study.steps())
        .isCloseTo((1 + 4 * 0.771) * 2 * 118.6e9, withinPercentage(1));
  }
}
