package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Searches for the plan that changes the image least at no more than a target's cost, with
 * forecasts in place from the beginning. Several ways to choose whole steps compete for the start;
 * rounds of {@link PlanRefinement} exchange single cells; {@link ForecastTraining} learns the
 * forecasts' weights. All of it looks at x_0 alone, and other samples decide than those that
 * proposals come from.
 */
public final class PlanSearch {
  private static final int FITS = 2_000;
  private static final int STEPWISE = 3_000;

  /** Updates of the weights between two saved states. */
  private static final int SAVE_EACH = 10;

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
    this(setup, config, Optional.empty());
  }

  private PlanSearch(
      SamplingSetup setup,
      PlanSearchConfig config,
      Optional<Workers<? extends ModelBench>> workers) {
    this.setup = setup;
    this.config = config;
    this.batches = new CalibrationBatches(setup, config.calibration(), config.seed(), workers);
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
   * Returns the same search with more hands: they measure plans and their variants where there are
   * many, find the gradients of the forecasts' weights, and run the step-wise training's
   * micro-batches. The router is the same.
   *
   * @param workers have the setup's model open, with the same sampler, steps and guidance; they
   *     stay the caller's
   * @return the search
   */
  public PlanSearch over(Workers<? extends ModelBench> workers) {
    return new PlanSearch(setup, config, Optional.of(workers));
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
   * Searches and saves the state after each part and while weights are learned, each time as a
   * whole.
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
    return Router.of(plan, provenance());
  }

  /** {@return what the router's file will say of this search} */
  public RouterProvenance provenance() {
    return RouterProvenance.of(setup, THRESHOLD, config.seed(), config.settings());
  }

  private CachePlan run(NDManager manager, Optional<Checkpoint> saving, PlanSearchListener listener)
      throws IOException {
    Saving file = new Saving(saving, fingerprint());
    SearchState state =
        file.resumes() ? file.read() : SearchState.started(starts().best(manager, listener));
    file.write(state);
    if (state.stage() == SearchState.STARTED) {
      Draft trained = stepwise(manager, state.draft(), listener);
      state = new SearchState(trained, SearchState.STARTED + 1, Optional.empty());
      file.write(state);
    }
    while (state.stage() <= 2 * config.rounds()) {
      int round = state.stage() / 2;
      Judged better =
          state.stage() % 2 == 0
              ? learned(manager, state, file, listener)
              : refinement(manager, listener)
                  .round(manager, batches, state.draft(), round, listener);
      state = new SearchState(better.draft(), state.stage() + 1, Optional.empty());
      file.write(state);
      if (state.stage() % 2 == 1 && round > 0) {
        listener.afterRound(better.measured(config.target()));
      }
    }
    return state.draft().plan();
  }

  /** Where the state goes, if it is kept. */
  private record Saving(Optional<Checkpoint> checkpoint, String fingerprint) {
    boolean resumes() {
      return checkpoint.isPresent()
          && checkpoint.get().resume()
          && Files.exists(checkpoint.get().file());
    }

    SearchState read() throws IOException {
      return SearchState.read(checkpoint.orElseThrow().file(), fingerprint);
    }

    void write(SearchState state) throws IOException {
      if (checkpoint.isPresent()) {
        state.write(checkpoint.get().file(), fingerprint);
      }
    }
  }

  /** Trains the weights of a draft's forecasts; other samples decide whether that counts. */
  private Judged learned(
      NDManager manager, SearchState state, Saving file, PlanSearchListener listener)
      throws IOException {
    int halves = config.learnedHalves(setup.guidance().active());
    int round = state.stage() / 2;
    if (halves == 0) {
      // Of round 0 nobody is told; later ones have to be measured like those that learn.
      return round == 0
          ? new Judged(state.draft(), Double.NaN)
          : batches.best(manager, List.of(state.draft()), FITS + round);
    }
    CachePlan plan = state.draft().widened(config.order()).plan();
    ForecastWeights weights =
        state
            .learning()
            .map(saved -> ForecastWeights.from(plan, halves, saved))
            .orElseGet(() -> ForecastWeights.of(plan, halves));
    ForecastTraining.of(config, config.updates(), halves, batches)
        .train(
            manager,
            weights,
            round,
            now -> {
              if (now.updates() % SAVE_EACH == 0) {
                file.write(new SearchState(state.draft(), state.stage(), Optional.of(now.state())));
              }
              listener.duringRound("weights", now.updates(), config.updates());
            });
    Draft trained = state.draft().learning(weights.forecasts());
    return batches.best(manager, List.of(state.draft(), trained), FITS + round);
  }

  private PlanRefinement refinement(NDManager manager, PlanSearchListener listener) {
    return new PlanRefinement(
        config.target(),
        config.forwards(),
        draft -> starts().learnedABit(manager, draft, listener));
  }

  private SearchStarts starts() {
    return new SearchStarts(setup, config, batches);
  }

  private Draft stepwise(NDManager manager, Draft start, PlanSearchListener listener) {
    if (config.stepwise().isEmpty()) {
      return start;
    }
    RouterTrainerConfig training =
        config
            .stepwise()
            .get()
            .withSeed(config.seed())
            .withForecast(config.order())
            .steeredTo(config.target());
    Draft trained =
        new ScoreTraining(setup, training).train(manager, batches, start, listener.stepwise());
    // The start has had a first learning, so what is to be better than it needs one too.
    Draft learned = starts().learnedABit(manager, trained, listener);
    return batches.best(manager, List.of(start, learned), STEPWISE).draft();
  }

  String fingerprint() {
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
