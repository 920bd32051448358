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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Searches for the plan that changes the image least at no more than a target's cost, with
 * forecasts in place from the beginning. Several ways to choose whole steps compete for the start;
 * rounds of {@link PlanRefinement} exchange single cells; {@link ForecastFit} learns the forecasts'
 * weights. All of it looks at x_0 alone, and other samples decide than those that proposals come
 * from.
 */
public final class PlanSearch {
  private static final int STARTS = 1_000;
  private static final int FITS = 2_000;
  private static final int STEPWISE = 3_000;
  private static final int FIT_TERMS = 3;

  /** Starts that more samples choose from. */
  private static final int FINALISTS = 4;

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
   * many, and run the step-wise training's micro-batches. The router is the same.
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
    return Router.of(plan, provenance());
  }

  /** {@return what the router's file will say of this search} */
  public RouterProvenance provenance() {
    return RouterProvenance.of(setup, THRESHOLD, config.seed(), config.settings());
  }

  private CachePlan run(NDManager manager, Optional<Checkpoint> saving, PlanSearchListener listener)
      throws IOException {
    String fingerprint = fingerprint();
    SearchState state =
        saving.isPresent() && saving.get().resume() && Files.exists(saving.get().file())
            ? SearchState.read(saving.get().file(), fingerprint)
            : new SearchState(first(manager, listener), 0);
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

  private Draft first(NDManager manager, PlanSearchListener listener) {
    Draft start = stepwise(manager, start(manager, listener), listener);
    return fitted(manager, new Judged(start, 0), 0, listener).draft();
  }

  private Judged round(NDManager manager, SearchState state, PlanSearchListener listener) {
    Judged refined =
        new PlanRefinement(config.target(), config.forwards())
            .round(manager, batches, state.draft(), state.rounds(), listener);
    return fitted(manager, refined, state.rounds() + 1, listener);
  }

  private Judged fitted(NDManager manager, Judged draft, int number, PlanSearchListener listener) {
    if (config.learned() == PlanSearchConfig.Weights.TAYLOR) {
      return draft;
    }
    boolean both =
        config.learned() == PlanSearchConfig.Weights.LEARNED_HALVES && setup.guidance().active();
    return new ForecastFit(setup.layout(), 1, both ? 2 : 1, FIT_TERMS)
        .fit(manager, batches, draft.draft(), FITS + number, listener);
  }

  /** The best of all starts, its steps moved about, and what the target leaves spent. */
  private Draft start(NDManager manager, PlanSearchListener listener) {
    Draft best = batches.best(manager, likeliest(manager, listener), STARTS).draft();
    List<Draft> drafts;
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 1);
      Draft moved = new StepExchange(config.forwards()).improve(errors, best, config.order());
      drafts =
          Stream.of(best, moved)
              .map(draft -> SlackSpending.spend(errors, draft, config.target()))
              .toList();
    }
    Judged exchanged = batches.best(manager, drafts, STARTS + 1);
    listener.afterStart("steps exchanged", measured(exchanged));
    return exchanged.draft();
  }

  /** The drafts of whole steps that one batch finds best, for more samples to choose from. */
  private List<Draft> likeliest(NDManager manager, PlanSearchListener listener) {
    int steps = setup.steps();
    int branches = setup.layout().branches();
    List<Judged> judged = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 0);
      for (int order = Math.min(1, config.order()); order <= config.order(); order++) {
        List<PlanStart> starts = new ArrayList<>();
        if (order == config.order()) {
          starts.add(new JumpStart(steps, branches, order));
          starts.add(new DescentStart(steps, branches, order));
        }
        // What a long trajectory makes too dear is left out; intervals never are.
        starts.removeIf(start -> start.forwards(config.target()) > config.forwards());
        starts.add(0, new IntervalStart(steps, branches, order));
        for (PlanStart start : starts) {
          for (Draft draft : start.drafts(errors, config.target())) {
            Judged one = new Judged(draft, errors.of(draft.plan()));
            listener.afterStart(start.name() + " order " + order, measured(one));
            judged.add(one);
          }
        }
      }
    }
    return judged.stream()
        .filter(one -> config.target().metBy(one.draft().plan()))
        .sorted(Comparator.comparingDouble(Judged::error))
        .map(Judged::draft)
        .distinct()
        .limit(FINALISTS)
        .toList();
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
    return new ScoreTraining(setup, training)
        .train(manager, batches, start, STEPWISE, listener.stepwise())
        .draft();
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
