package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.router.Router;
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
    return new RouterTrainer(
        dit.model,
        new DdimSampler(NoiseSchedule.linear().respace(STEPS), false),
        new Guidance(1.5, 3),
        new Shape(4, 8, 8),
        dit::draw,
        config);
  }

  private static RouterTrainerConfig config(
      int trajectories, double beta, StudentRule student, double utilisation) {
    return new RouterTrainerConfig(
            trajectories,
            2,
            0.2,
            beta,
            0.1,
            1000,
            ImageErrorProxy.LEAVE_ONE_OUT,
            LambdaRule.UNIFORM,
            student,
            Optional.empty(),
            11)
        .steeredTo(PlanTarget.utilisation(STEPS, BRANCHES, utilisation));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 1e-3, 10})
  void marketFindsItsPriceFromAnyOther(double beta) {
    Router router =
        trainer(config(80, beta, StudentRule.BLEND, 0.5)).train(dit.manager, TrainingListener.NONE);
    assertThat(router.plan(0.1).cacheUtilisation()).isCloseTo(0.5, within(0.17));
  }

  @ParameterizedTest
  @EnumSource
  void killedAndResumedFollowsTheSamePrices(StudentRule student) throws IOException {
    RouterTrainerConfig config = config(6, 1e-4, student, 0.5);
    Router through = trainer(config).train(dit.manager, TrainingListener.NONE);
    CheckpointPlan saving =
        new CheckpointPlan(folder.resolve("state.safetensors"), 3, true, "model");
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void afterTrajectory(TrainingProgress progress, Router router) {
            if (progress.trajectory() == 4) {
              throw new UnsupportedOperationException("killed");
            }
          }
        };
    assertThatThrownBy(() -> trainer(config).train(dit.manager, saving, killer))
        .hasMessage("killed");
    Router resumed = trainer(config).train(dit.manager, saving, TrainingListener.NONE);
    assertThat(resumed.state().logits()).isDeepEqualTo(through.state().logits());
  }

  @Test
  void studentsGradientDecidesHowThePriceFollows() {
    assertThat(config(1, 1, StudentRule.BLEND, 0.5).settings()).containsEntry("price", "clearing");
    assertThat(config(1, 1, StudentRule.HARD, 0.5).settings())
        .containsEntry("price", "dual_ascent");
  }
}
