package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Trains a router whose plan costs what was asked for. Up to three parts, each of which looks at
 * the final image: {@link StepDescent} chooses whole steps to reuse; {@link RouterTrainer} trains
 * from there with a price that follows the target, if the recipe says so; {@link PlanRefinement}
 * settles single branches, and meets the target. All of it draws from the seed alone.
 */
public final class TargetTrainer {
  /** How far from the threshold the first logits lie at least: some updates carry them across. */
  private static final float MARGIN = 0.2f;

  private final SamplingSetup setup;
  private final RouterTrainer trainer;
  private final TargetRecipe recipe;
  private final CalibrationBatches batches;
  private final CachePlan full;

  /**
   * Prepares a training.
   *
   * @param setup the frozen model with sampler, steps and guidance as at inference, and where
   *     labels or prompts come from
   * @param recipe target and settings
   */
  public TargetTrainer(SamplingSetup setup, TargetRecipe recipe) {
    RouterTrainerConfig training = recipe.training();
    this.setup = setup;
    this.recipe = recipe;
    this.trainer = new RouterTrainer(setup, training);
    this.batches = new CalibrationBatches(setup, recipe.calibration(), training.seed());
    this.full = CachePlan.ofSteps(setup.steps(), setup.layout().branches(), step -> true);
  }

  /**
   * Trains a router without saving on the way.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param listener watches
   * @return the trained router, whose plan at the recipe's threshold meets the target
   */
  public Router train(NDManager manager, TrainingListener listener) {
    try {
      return train(manager, Optional.empty(), listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Trains a router and saves its state now and then: after the start, during step-wise training,
   * and after each round of refinement. A training that is taken up again gives the same router.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param saving where and how often, and whether to take up what is there
   * @param listener watches
   * @return the trained router, whose plan at the recipe's threshold meets the target
   * @throws IOException if the state cannot be read or written
   * @throws IllegalArgumentException if the saved state belongs to other settings
   */
  public Router train(
      NDManager manager, Optional<RouterTrainer.CheckpointPlan> saving, TrainingListener listener)
      throws IOException {
    Optional<RefinementState> saved =
        saving.isPresent() && saving.get().resume() && Files.exists(saving.get().file())
            ? RefinementState.read(saving.get().file(), fingerprint())
            : Optional.empty();
    RefinementState state = saved.isPresent() ? saved.get() : unrefined(manager, saving, listener);
    save(saving, state);
    TrainableRouter router = state.router();
    CachePlan refined =
        new PlanRefinement(recipe.target(), recipe.refinement())
            .refine(
                manager,
                batches,
                state.plan(),
                state.rounds(),
                doubt(router, limit()),
                new Refining(router, saving, state.rounds(), listener));
    TrainableRouter settled = following(router, refined);
    CachePlan plan = fitted(settled);
    RouterProvenance provenance =
        RouterProvenance.of(
            setup, recipe.training().threshold(), recipe.training().seed(), recipe.settings());
    return recipe.sdt() ? following(settled, plan).router(provenance) : Router.of(plan, provenance);
  }

  private RefinementState unrefined(
      NDManager manager, Optional<RouterTrainer.CheckpointPlan> saving, TrainingListener listener)
      throws IOException {
    TrainingState start = recipe.start() ? fromSteps(manager, listener) : trainer.start();
    TrainableRouter router = start.router();
    if (recipe.sdt()) {
      RouterTrainer steered = trainer.from(start);
      TrainableRouter trained =
          saving.isPresent()
              ? steered.trainState(manager, saving.get(), listener)
              : steered.trainState(manager, listener);
      router = recipe.start() ? better(manager, router, trained) : trained;
    }
    return new RefinementState(router, router.plan(recipe.training().threshold()), 0);
  }

  private void save(Optional<RouterTrainer.CheckpointPlan> saving, RefinementState state)
      throws IOException {
    if (saving.isPresent()) {
      state.write(saving.get().file(), fingerprint());
    }
  }

  private String fingerprint() {
    return trainer.fingerprint() + " " + recipe.settings();
  }

  /** Tells of the refinement, and saves after each round. */
  private final class Refining implements PlanSearchListener {
    private final TrainableRouter router;
    private final Optional<RouterTrainer.CheckpointPlan> saving;
    private final TrainingListener listener;
    private int rounds;

    Refining(
        TrainableRouter router,
        Optional<RouterTrainer.CheckpointPlan> saving,
        int rounds,
        TrainingListener listener) {
      this.router = router;
      this.saving = saving;
      this.rounds = rounds;
      this.listener = listener;
    }

    @Override
    public void afterForwards(long forwards, long planned) {
      listener.duringRefinement(forwards, planned);
    }

    @Override
    public void afterRound(MeasuredPlan found, long forwards) {
      rounds++;
      try {
        save(saving, new RefinementState(router, found.plan(), rounds));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      listener.afterRefinement(found, forwards);
    }
  }

  /** Step-wise training looks at one step at a time, so the image decides what it was worth. */
  private TrainableRouter better(
      NDManager manager, TrainableRouter start, TrainableRouter trained) {
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors =
          batches.open(scope, recipe.refinement().batches() + 1, PlanRefinement.JUDGES);
      return errors.of(fitted(trained)) < errors.of(fitted(start)) ? trained : start;
    }
  }

  /**
   * The router's plan, brought to the target by its logits: the lowest ones are reused too, or the
   * highest ones computed while there is room.
   */
  private CachePlan fitted(TrainableRouter router) {
    CachePlan fitted = router.plan(recipe.training().threshold());
    List<Integer> cells = new ArrayList<>();
    for (int cell = router.branches(); cell < router.steps() * router.branches(); cell++) {
      cells.add(cell);
    }
    cells.sort(Comparator.comparingDouble(cell -> logit(router, cell)));
    for (int cell : cells) {
      if (!recipe.target().metBy(fitted) && computes(fitted, cell)) {
        fitted = PlanCells.switched(fitted, List.of(cell));
      }
    }
    Collections.reverse(cells);
    for (int cell : cells) {
      CachePlan more = PlanCells.switched(fitted, List.of(cell));
      if (!computes(fitted, cell) && recipe.target().metBy(more)) {
        fitted = more;
      }
    }
    return fitted;
  }

  private static boolean computes(CachePlan plan, int cell) {
    return plan.computes(cell / plan.branches(), cell % plan.branches());
  }

  private static float logit(TrainableRouter router, int cell) {
    return router.logits(cell / router.branches())[cell % router.branches()];
  }

  private TrainingState fromSteps(NDManager manager, TrainingListener listener) {
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, recipe.refinement().batches(), 1);
      double[] price = {0, 0};
      CachePlan plan =
          new StepDescent(recipe.target())
              .search(
                  errors,
                  full,
                  (found, forwards) -> {
                    price[1] = (found.error() - price[0]) / full.branches();
                    price[0] = found.error();
                    listener.afterStartStep(found, forwards);
                  });
      Random random = RandomStream.FIRST_LOGITS.random(recipe.training().seed(), 0);
      float[][] logits = new float[plan.steps()][plan.branches()];
      for (int step = 0; step < plan.steps(); step++) {
        for (int branch = 0; branch < plan.branches(); branch++) {
          // Spread, since logits that lie alike are pushed across the threshold all at once.
          float margin = MARGIN + (float) Math.abs(random.nextGaussian());
          logits[step][branch] = limit() + (plan.computes(step, branch) ? margin : -margin);
        }
      }
      Arrays.fill(logits[0], Router.LIMIT);
      // What the last step cost in error, branch by branch, is what a branch is worth there.
      double beta = price[1] > 0 ? price[1] : recipe.training().beta();
      return trainer.state(TrainableRouter.of(logits), beta);
    }
  }

  /** The threshold as a logit. */
  private float limit() {
    double threshold = recipe.training().threshold();
    return (float) Math.log(threshold / (1 - threshold));
  }

  /** How far the logits are from the threshold. */
  private static double[] doubt(TrainableRouter router, float limit) {
    double[] doubt = new double[router.steps() * router.branches()];
    for (int cell = 0; cell < doubt.length; cell++) {
      doubt[cell] = Math.abs(logit(router, cell) - limit);
    }
    return doubt;
  }

  /** The router with those logits moved over the threshold that its plan would not follow. */
  private TrainableRouter following(TrainableRouter router, CachePlan plan) {
    float[][] logits = new float[router.steps()][];
    for (int step = 0; step < router.steps(); step++) {
      logits[step] = router.logits(step);
      for (int branch = 0; branch < router.branches(); branch++) {
        float side = limit() + (plan.computes(step, branch) ? MARGIN : -MARGIN);
        logits[step][branch] =
            plan.computes(step, branch)
                ? Math.max(logits[step][branch], side)
                : Math.min(logits[step][branch], side);
      }
    }
    return TrainableRouter.of(logits);
  }
}
