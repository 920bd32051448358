package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TinyDit;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTrainerTest {
  private static final int STEPS = 8;
  private static final double TAU = 0.1;

  @TempDir private Path folder;

  private static RouterTrainerConfig training(int trajectories) {
    RouterTrainerConfig usual = RouterTrainerConfig.harmonized();
    return new RouterTrainerConfig(
        trajectories,
        2,
        usual.learningRate(),
        usual.beta(),
        TAU,
        14,
        usual.proxy(),
        usual.lambda(),
        usual.student(),
        Optional.empty(),
        5);
  }

  private static TargetTrainer trainer(TinyDit dit, TargetRecipe recipe) {
    return new TargetTrainer(
        dit.model,
        new DdimSampler(NoiseSchedule.linear().respace(STEPS), false),
        new Guidance(1.5, 3),
        new Shape(4, 8, 8),
        dit::draw,
        recipe);
  }

  private static TargetRecipe recipe(PlanTarget target, boolean start, boolean sdt, int rounds) {
    return new TargetRecipe(
        training(3), target, start, sdt, new PlanRefinement.Settings(rounds, 300), 2);
  }

  @ParameterizedTest
  @CsvSource({
    "1.2, true, false, 1",
    "1.4, true, true, 1",
    "1.7, false, true, 0",
    "2.0, true, false, 0"
  })
  void landsOnTheSpeedUp(double speedup, boolean start, boolean sdt, int rounds) {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.speedup(dit.model.cost(), STEPS, speedup);
      TrainableRouter router =
          trainer(dit, recipe(target, start, sdt, rounds))
              .train(dit.manager, new TrainingListener() {});
      CachePlan plan = router.plan(TAU);
      assertThat(target.metBy(plan)).isTrue();
      // The tiny model's cells are coarse; less room than the cheapest one takes must be left.
      assertThat(target.slack(plan)).isLessThan(dit.model.cost().branch(1));
      assertThat(router.plan(0.9).equals(plan))
          .as("scores say no more than the plan")
          .isEqualTo(!sdt);
    }
  }

  @Test
  void refinementLowersTheErrorOnOtherBatches() {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.utilisation(STEPS, dit.model.layout().branches(), 0.5);
      List<MeasuredPlan> refined = new ArrayList<>();
      TrainableRouter router =
          trainer(dit, recipe(target, true, false, 2))
              .train(
                  dit.manager,
                  new TrainingListener() {
                    @Override
                    public void afterRefinement(MeasuredPlan found, long forwards) {
                      refined.add(found);
                    }
                  });
      assertThat(refined).hasSize(2);
      assertThat(router.plan(TAU).cacheUtilisation()).isCloseTo(0.5, within(0.02));
      assertThat(refined.get(1).plan()).isEqualTo(router.plan(TAU));
    }
  }

  @Test
  void sameSeedSameRouterAndResumable() throws IOException {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.speedup(dit.model.cost(), STEPS, 1.5);
      TargetRecipe recipe = recipe(target, true, true, 1);
      TrainableRouter whole = trainer(dit, recipe).train(dit.manager, new TrainingListener() {});
      RouterTrainer.CheckpointPlan saving =
          new RouterTrainer.CheckpointPlan(folder.resolve("state"), 1, true, "tiny");
      assertThatThrownBy(
              () ->
                  trainer(dit, recipe)
                      .train(
                          dit.manager,
                          Optional.of(saving),
                          new TrainingListener() {
                            @Override
                            public void afterTrajectory(
                                TrainingProgress at, TrainableRouter router) {
                              if (at.trajectory() == 2) {
                                throw new IllegalStateException("stop");
                              }
                            }
                          }))
          .hasMessage("stop");
      TrainableRouter resumed =
          trainer(dit, recipe).train(dit.manager, Optional.of(saving), new TrainingListener() {});
      for (int step = 0; step < STEPS; step++) {
        assertThat(resumed.logits(step)).isEqualTo(whole.logits(step));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRefinementThatEndedGoesOnAfterItsLastRound(boolean sdt) throws IOException {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.speedup(dit.model.cost(), STEPS, 1.5);
      TargetRecipe recipe = recipe(target, true, sdt, 3);
      TrainableRouter whole = trainer(dit, recipe).train(dit.manager, TrainingListener.NONE);
      RouterTrainer.CheckpointPlan saving =
          new RouterTrainer.CheckpointPlan(folder.resolve("state"), 1, true, "tiny");
      Optional<RouterTrainer.CheckpointPlan> plan = Optional.of(saving);
      Parts first = new Parts(2);
      assertThatThrownBy(() -> trainer(dit, recipe).train(dit.manager, plan, first))
          .hasMessage("stop");
      Parts second = new Parts(0);
      TrainableRouter resumed = trainer(dit, recipe).train(dit.manager, plan, second);
      assertThat(first.starts).isPositive();
      assertThat(second.starts).isZero();
      assertThat(second.rounds).isEqualTo(1);
      for (int step = 0; step < STEPS; step++) {
        assertThat(resumed.logits(step)).isEqualTo(whole.logits(step));
      }
      TargetRecipe other = recipe(target, true, sdt, 4);
      assertThatThrownBy(() -> trainer(dit, other).train(dit.manager, plan, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("give the same settings");
    }
  }

  /** Counts, and stops after a round. */
  private static final class Parts implements TrainingListener {
    private final int stopAfter;
    private int starts;
    private int rounds;

    Parts(int stopAfter) {
      this.stopAfter = stopAfter;
    }

    @Override
    public void afterStartStep(MeasuredPlan found, long forwards) {
      starts++;
    }

    @Override
    public void duringRefinement(long forwards, long planned) {
      assertThat(forwards).isBetween(1L, planned);
    }

    @Override
    public void afterRefinement(MeasuredPlan found, long forwards) {
      rounds++;
      if (rounds == stopAfter) {
        throw new IllegalStateException("stop");
      }
    }
  }

  @Test
  void impossibleTargetsAreRefused() {
    try (TinyDit dit = new TinyDit()) {
      assertThatThrownBy(() -> PlanTarget.speedup(dit.model.cost(), STEPS, 50))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("target speed-up is 50");
    }
  }
}
