package io.harmonica.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.search.TargetTrainingListener;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole quickstart as its command runs it: what the bundled model and a router must reach. */
@Tag("slow")
final class QuickstartResultTest {

  @Test
  void reusesAThirdAndStillMakesWhatWasAskedFor() throws IOException {
    Quickstart.Outcome outcome;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      outcome = new Quickstart(Quickstart.Settings.STANDARD).run(manager, new Silent());
    }
    Comparison result = outcome.comparison();
    assertThat(outcome.plan().cacheUtilisation()).isGreaterThanOrEqualTo(0.35);
    assertThat(Comparison.agreement(result.full()).share()).isGreaterThanOrEqualTo(0.85);
    assertThat(Comparison.agreement(result.cached()).share())
        .isGreaterThanOrEqualTo(Comparison.agreement(result.full()).share() - 0.02);
  }

  private static final class Silent implements Quickstart.Listener {
    @Override
    public TargetTrainingListener training() {
      return TargetTrainingListener.NONE;
    }

    @Override
    public IntConsumer sampling(int images) {
      return done -> {};
    }
  }
}
