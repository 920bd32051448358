package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Searches for the plan that changes the image least at no more than a target's cost, with forecasts
 * in place from the beginning. Several ways to choose whole steps compete for the start; rounds of
 * {@link PlanRefinement} exchange single cells; {@link ForecastFit} learns the forecasts' weights.
 * All of it looks at x_0 alone, and other samples decide than those that proposals come from.
 */
public final class PlanSearch {
  private static final int STARTS = 1_000;
  private static final int FITS = 2_000;
  private static final int FIT_TERMS = 3;

  /** Its routers' scores say their plan and nothing beside, whatever the threshold. */
  private static final double THRESHOLD = 0.5;

  private final SamplingSetup setup;
  private final PlanSearchConfig config;
  private final CalibrationBatches batches;

  /**
   * Prepares a search.
   *
   * @param setup the run that the plan is for
   * @param config target and settings
   * @throws IllegalArgumentException if no plan of that many steps meets the target
   */
  public PlanSearch(SamplingSetup setup, PlanSearchConfig config) {
    this.setup = setup;
    this.config = config;
    this.batches = new CalibrationBatches(setup, config.calibration(), config.seed());
    int branches = setup.layout().branches();
    CachePlan least = CachePlan.ofSteps(setup.steps(), branches, step -> false);
    if (!config.target().metBy(least)) {
      throw new IllegalArgumentException(
          "target cost is %d, but a plan of %d steps costs at least %d; ask for less speed-up"
              .formatted(
                  config.target().total(), setup.steps(), config.target().cost().total(least)));
    }
  }

  /**
   * Where a search keeps its state.
   *
   * @param file the file
   * @param resume whether to go on from it if it is there
   */
  public record Checkpoint(Path file, boolean resume) {}

  /**
   * Searches without saving on the way.
   *
   * @param manager its device computes; everything made under it is freed
   * @param listener watches
   * @return the router that follows the plan that was found
   */
  public Router train(NDManager manager, PlanSearchListener listener) {
    try {
      return router(run(manager, Optional.empty(), listener));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Searches and saves the state after the start and after each round, each time as a whole.
   *
   * @param manager its device computes; everything made under it is freed
   * @param checkpoint where, and whether to take up what is there
   * @param listener watches
   * @return the router that follows the plan that was found
   * @throws IOException if the state cannot be read or written
   * @throws IllegalArgumentException if the saved state belongs to other settings
   */
  public Router train(NDManager manager, Checkpoint checkpoint, PlanSearchListener listener)
      throws IOException {
    return router(run(manager, Optional.of(checkpoint), listener));
  }

  private Router router(CachePlan plan) {
    return Router.of(
        plan, RouterProvenance.of(setup, THRESHOLD, config.seed(), config.settings()));
  }

  private CachePlan run(
      NDManager manager, Optional<Checkpoint> saving, PlanSearchListener listener)
      throws IOException {
    String fingerprint = fingerprint();
    SearchState state =
        saving.isPresent() && saving.get().resume() && Files.exists(saving.get().file())
            ? SearchState.read(saving.get().file(), fingerprint)
            : new SearchState(start(manager, listener), 0);
    save(saving, state, fingerprint);
    while (state.rounds() < config.rounds()) {
      Judged better = round(manager, state, listener);
      state = new SearchState(better.draft(), state.rounds() + 1);
      save(saving, state, fingerprint);
      listener.afterRound(measured(better));
    }
    return state.draft().plan();
  }

  private static void save(Optional<Checkpoint> saving, SearchState state, String fingerprint)
      throws IOException {
    if (saving.isPresent()) {
      state.write(saving.get().file(), fingerprint);
    }
  }

  private Judged round(NDManager manager, SearchState state, PlanSearchListener listener) {
    Judged refined =
        new PlanRefinement(config.target(), config.forwards())
            .round(manager, batches, state.draft(), state.rounds(), listener);
    if (config.learned() == PlanSearchConfig.Weights.TAYLOR) {
      return refined;
    }
    int halves = config.learned() == PlanSearchConfig.Weights.LEARNED_HALVES ? 2 : 1;
    return new ForecastFit(setup.layout(), setup.guidance().active() ? halves : 1, FIT_TERMS)
        .fit(manager, batches, refined.draft(), FITS + state.rounds(), listener);
  }

  private Draft start(NDManager manager, PlanSearchListener listener) {
    int steps = setup.steps();
    int branches = setup.layout().branches();
    PlanTarget target = config.target();
    List<Draft> drafts = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 0);
      for (int order = Math.min(1, config.order()); order <= config.order(); order++) {
        for (PlanStart start :
            List.of(
                new IntervalStart(steps, branches, order),
                new JumpStart(steps, branches, order),
                new DescentStart(steps, branches, order))) {
          for (Draft draft : start.drafts(errors, target)) {
            listener.afterStart(
                start.name() + " order " + order,
                measured(new Judged(draft, errors.of(draft.plan()))));
            drafts.add(draft);
          }
        }
      }
    }
    return batches.best(manager, drafts, STARTS).draft();
  }

  private MeasuredPlan measured(Judged judged) {
    CachePlan plan = judged.draft().plan();
    return new MeasuredPlan(plan, config.target().cost().total(plan), judged.error());
  }

  private String fingerprint() {
    return "%s seed=%d model=%s %s sampler=%s times=%s guidance=%s"
        .formatted(
            config.settings(),
            config.seed(),
            setup.identity().sha256(),
            setup.identity().settings(),
            setup.fit().sampler(),
            setup.sampler(config.seed()).schedule(),
            setup.guidance());
  }
}
