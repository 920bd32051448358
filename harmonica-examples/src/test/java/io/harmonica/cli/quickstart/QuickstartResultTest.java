package io.harmonica.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.eval.CandidateResult;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole quickstart as its command runs it: what the bundled model and a router must reach. */
@Tag("slow")
final class QuickstartResultTest {
  @TempDir private Path folder;

  @Test
  void reusesAThirdAndStillMakesWhatWasAskedFor() throws IOException {
    Quickstart.Outcome outcome;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      outcome =
          new Quickstart(Showcase::clothes, Quickstart.Settings.STANDARD)
              .run(manager, new CheckpointPlan(folder.resolve("state"), 20, false), new Silent());
    }
    Comparison result = outcome.comparison();
    CandidateResult cached = result.cached();
    assertThat(cached.theoreticalSpeedup()).isGreaterThanOrEqualTo(2.2);
    assertThat(Comparison.agreement(result.full()).share()).isGreaterThanOrEqualTo(0.85);
    assertThat(Comparison.agreement(cached).share())
        .isGreaterThanOrEqualTo(Comparison.agreement(result.full()).share() - 0.02);
    assertThat(result.others())
        .allSatisfy(
            other -> assertThat(cached.error().value()).isLessThanOrEqualTo(other.error().value()));
  }

  private static final class Silent implements Quickstart.Listener {
    @Override
    public Recipe.Listener training(String router) {
      return Recipe.Listener.NONE;
    }

    @Override
    public IntConsumer sampling(int images) {
      return done -> {};
    }
  }
}
