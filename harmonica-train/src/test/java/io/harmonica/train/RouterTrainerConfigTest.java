package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.plan.PlanTarget;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings are checked when they are made. */
final class RouterTrainerConfigTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.1, 0, 0.1, 1, trajectories is 0",
    "1, -1, 0.1, 0, 0.1, 1, batch is -1",
    "1, 1, 0, 0, 0.1, 1, learning rate is 0.0",
    "1, 1, NaN, 0, 0.1, 1, learning rate is NaN",
    "1, 1, 0.1, -1, 0.1, 1, beta is -1.0",
    "1, 1, 0.1, Infinity, 0.1, 1, beta is Infinity",
    "1, 1, 0.1, 0, 1, 1, threshold is 1.0",
    "1, 1, 0.1, 0, -0.5, 1, threshold is -0.5",
    "1, 1, 0.1, 0, NaN, 1, threshold is NaN",
    "1, 1, 0.1, 0, 0.1, 0, refresh steps is 0"
  })
  void settingsOutOfRangeAreNamed(
      int trajectories,
      int batch,
      double rate,
      double beta,
      double threshold,
      int refresh,
      String message) {
    assertThatThrownBy(
            () ->
                new RouterTrainerConfig(
                    trajectories,
                    batch,
                    1,
                    rate,
                    beta,
                    threshold,
                    refresh,
                    ImageErrorProxy.CUMULATIVE,
                    LambdaRule.UNIFORM,
                    StudentRule.BLEND,
                    new TaylorForecast(0),
                    Optional.empty(),
                    0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.005, 0.995})
  void scoresOfASteeredTrainingReachBothSidesOfTheThreshold(double threshold) {
    PlanTarget target = PlanTarget.utilisation(10, 4, 0.5);
    RouterTrainerConfig free = RouterTrainerConfig.paper().withThreshold(threshold);
    assertThatThrownBy(() -> free.steeredTo(target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "threshold of a training towards a target cost is "
                + threshold
                + ", expected 0.01 to 0.99");
  }

  @Test
  void publishedRecipeTakesTwentyThousandOptimiserSteps() {
    RouterTrainerConfig paper = RouterTrainerConfig.paper();
    assertThat(paper.trajectories() * 9).isBetween(20_000, 20_008);
    assertThat(paper.batch()).isEqualTo(32);
    assertThat(paper.learningRate()).isEqualTo(0.01);
    assertThat(paper.beta()).isEqualTo(7e-8);
    assertThat(paper.threshold()).isEqualTo(0.1);
    assertThat(paper.refreshSteps()).isEqualTo(500);
    assertThat(paper.student()).isEqualTo(StudentRule.BLEND);
    assertThat(paper.lambda()).isEqualTo(LambdaRule.IMAGE_ERROR);
  }

  @Test
  void settingsAreNamedForProvenance() {
    assertThat(RouterTrainerConfig.paper().settings())
        .containsEntry("beta", "7.0E-8")
        .containsEntry("proxy", "leave_one_out")
        .containsEntry("refresh_steps", "500");
  }

  @Test
  void savesAreAtLeastATrajectoryApart() {
    assertThatThrownBy(() -> new CheckpointPlan(Path.of("file"), 0, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }
}
