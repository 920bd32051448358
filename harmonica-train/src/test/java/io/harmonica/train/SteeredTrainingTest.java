package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.PlanTarget;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings whose price follows a target. */
final class SteeredTrainingTest {
  private static final int STEPS = 6;
  private static final int BRANCHES = 4;

  private static TinyDit dit;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    dit = new TinyDit();
  }

  @AfterAll
  static void close() {
    dit.close();
  }

  private static RouterTrainer trainer(RouterTrainerConfig config) {
    return dit.trainer(STEPS, config);
  }

  private static RouterTrainerConfig config(
      int trajectories, StudentRule student, double utilisation) {
    return new RouterTrainerConfig(
            trajectories,
            2,
            1,
            0.2,
            1e-4,
            0.1,
            1000,
            ImageErrorProxy.LEAVE_ONE_OUT,
            LambdaRule.UNIFORM,
            student,
            new TaylorForecast(0),
            Optional.empty(),
            11)
        .steeredTo(PlanTarget.utilisation(STEPS, BRANCHES, utilisation));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.7})
  void marketFindsThePriceOfATarget(double utilisation) {
    TrainableRouter router =
        trainer(config(80, StudentRule.BLEND, utilisation))
            .trainState(dit.manager, TrainingListener.NONE);
    // Targets are more than this apart; a cell is a twenty-fourth.
    assertThat(router.plan(0.1).cacheUtilisation()).isCloseTo(utilisation, within(0.17));
  }

  @ParameterizedTest
  @EnumSource
  void killedAndResumedFollowsTheSamePrices(StudentRule student) throws IOException {
    RouterTrainerConfig config = config(6, student, 0.5);
    TrainableRouter through = trainer(config).trainState(dit.manager, TrainingListener.NONE);
    CheckpointPlan saving = new CheckpointPlan(folder.resolve("state.safetensors"), 3, true);
    assertThatThrownBy(() -> trainer(config).trainState(dit.manager, saving, new TinyDit.Killer(4)))
        .hasMessage("killed");
    TrainableRouter resumed =
        trainer(config).trainState(dit.manager, saving, TrainingListener.NONE);
    assertThat(resumed.state().logits()).isDeepEqualTo(through.state().logits());
  }

  @Test
  void studentsGradientDecidesHowThePriceFollows() {
    assertThat(config(1, StudentRule.BLEND, 0.5).settings()).containsEntry("price", "clearing");
    assertThat(config(1, StudentRule.HARD, 0.5).settings()).containsEntry("price", "dual_ascent");
  }
}
