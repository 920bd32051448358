package io.harmonica.train;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Trains a cache router with Step-Wise Denoising Training under the Image Error Proxy-Guided
 * Objective (HarmoniCa, ICML 2025). Each trajectory draws from the seed and its own number alone,
 * so that a training that was killed and resumed ends with the same router as one that ran through.
 */
public final class RouterTrainer {
  private final SamplingSetup setup;
  private final Sampler sampler;
  private final RouterTrainerConfig config;
  private final Optional<float[][]> first;
  private final Optional<Workers<? extends ModelBench>> workers;

  /**
   * Prepares a training.
   *
   * @param setup the frozen model with sampler, steps and guidance as at inference, and where
   *     labels or prompts come from
   * @param config the settings
   */
  public RouterTrainer(SamplingSetup setup, RouterTrainerConfig config) {
    this(setup, config, Optional.empty(), Optional.empty());
  }

  private RouterTrainer(
      SamplingSetup setup,
      RouterTrainerConfig config,
      Optional<float[][]> first,
      Optional<Workers<? extends ModelBench>> workers) {
    this.workers = workers;
    this.setup = setup;
    this.sampler = setup.sampler(config.seed());
    this.config = config;
    this.first = first;
  }

  /**
   * Returns the same training from given logits, unless a saved training is taken up.
   *
   * @param logits [T][branches] in execution order
   * @return the training
   */
  public RouterTrainer from(float[][] logits) {
    return new RouterTrainer(setup, config, Optional.of(logits), workers);
  }

  /**
   * Returns the same training with other hands: they run the micro-batches, while the optimiser
   * stays here. The router is the same.
   *
   * @param others have the setup's model open, with the same sampler, steps and guidance; they stay
   *     the caller's
   * @return the training
   */
  public RouterTrainer over(Workers<? extends ModelBench> others) {
    return new RouterTrainer(setup, config, first, Optional.of(others));
  }

  /**
   * Trains a router without saving on the way.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param listener watches
   * @return the trained router
   */
  public Router train(NDManager manager, TrainingListener listener) {
    return router(trainState(manager, listener));
  }

  /**
   * Trains like {@link #train(NDManager, TrainingListener)} and returns the state.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param listener watches
   * @return logits and the optimiser's state
   */
  public TrainableRouter trainState(NDManager manager, TrainingListener listener) {
    try {
      return run(manager, start(), Optional.empty(), listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Trains a router and saves the whole state now and then, each time as a whole.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param saving where and how often, and whether to take up what is there
   * @param listener watches
   * @return the trained router
   * @throws IOException if the state cannot be read or written
   * @throws IllegalArgumentException if the saved state is of other settings or a longer training
   */
  public Router train(NDManager manager, CheckpointPlan saving, TrainingListener listener)
      throws IOException {
    return router(trainState(manager, saving, listener));
  }

  /**
   * Trains like {@link #train(NDManager, CheckpointPlan, TrainingListener)} and returns the state.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param saving where and how often, and whether to take up what is there
   * @param listener watches
   * @return logits and the optimiser's state
   * @throws IOException if the state cannot be read or written
   * @throws IllegalArgumentException if the saved state is of other settings or a longer training
   */
  public TrainableRouter trainState(
      NDManager manager, CheckpointPlan saving, TrainingListener listener) throws IOException {
    TrainingState state =
        saving.resume() && Files.exists(saving.file())
            ? TrainingCheckpoint.read(
                saving.file(), fingerprint(), "trajectories", config.trajectories())
            : start();
    return run(manager, state, Optional.of(saving), listener);
  }

  private Router router(TrainableRouter trained) {
    TrainableRouter fitted =
        config
            .steering()
            .map(to -> new TargetFit(to.target(), config.threshold()).fit(trained))
            .orElse(trained);
    return fitted.router(provenance(), config.forecast());
  }

  /** {@return what the router's file will say of this training} */
  public RouterProvenance provenance() {
    return RouterProvenance.of(setup, config.threshold(), config.seed(), config.settings());
  }

  /**
   * Where and how often a training saves its state.
   *
   * @param file the file
   * @param every trajectories between two saves
   * @param resume whether to go on from the file if it is there
   */
  public record CheckpointPlan(Path file, int every, boolean resume) {
    /**
     * Checks the interval.
     *
     * @param file see the record
     * @param every see the record
     * @param resume see the record
     * @throws IllegalArgumentException if it is less than 1
     */
    public CheckpointPlan {
      if (every < 1) {
        throw new IllegalArgumentException(
            "checkpoint interval is " + every + ", expected 1 or more");
      }
    }
  }

  private TrainableRouter random() {
    Random random = RandomStream.FIRST_LOGITS.random(config.seed(), 0);
    return TrainableRouter.random(setup.steps(), setup.layout().branches(), random);
  }

  /** A random router, or what {@link #from} was told. */
  private TrainingState start() {
    TrainableRouter router = first.map(TrainableRouter::of).orElseGet(this::random);
    // A negative number of steps since the last measurement makes the first trajectory measure.
    Price price =
        config
            .steering()
            .map(to -> to.rule().first(config.beta()))
            .orElseGet(() -> Price.of(config.beta()));
    return new TrainingState(router, 0, new float[router.steps()], -1, price);
  }

  private TrainableRouter run(
      NDManager manager,
      TrainingState state,
      Optional<CheckpointPlan> saving,
      TrainingListener listener)
      throws IOException {
    Workers<? extends ModelBench> hands =
        workers.isPresent() ? workers.get() : Workers.here(ModelBench.of(setup, manager));
    SharedBatch batch = new SharedBatch(config, hands);
    while (state.trajectory() < config.trajectories()) {
      state = trajectory(batch, state, listener);
      if (saving.isPresent()
          && (state.trajectory() % saving.get().every() == 0
              || state.trajectory() == config.trajectories())) {
        TrainingCheckpoint.write(saving.get().file(), fingerprint(), state);
      }
    }
    return state.router();
  }

  private TrainingState trajectory(
      SharedBatch batch, TrainingState state, TrainingListener listener) throws IOException {
    TrainableRouter router = state.router();
    TrainingState measured = refreshed(batch, state, listener);
    float[] prices = prices(measured.price().beta(), router.branches());
    SdtObjective objective =
        new SdtObjective(
            measured.lambda(), prices, config.threshold(), config.student(), config.forecast());
    SdtResult result = batch.learn(state.trajectory(), router, objective);
    float[][] worth = result.worth(router, prices, config.threshold());
    for (int step = 1; step < router.steps(); step++) {
      router.update(step, result.gradient()[step], config.learningRate(state.trajectory()));
    }
    TrainingState next = measured.advanced(router.steps() - 1, nextPrice(measured, worth));
    listener.afterTrajectory(progress(next, result), router);
    return next;
  }

  private float[] prices(double beta, int branches) {
    float[] prices = new float[branches];
    Arrays.fill(prices, 1);
    if (config.steering().isPresent()) {
      prices = config.steering().get().target().weights(branches);
    }
    for (int branch = 0; branch < branches; branch++) {
      prices[branch] *= (float) beta;
    }
    return prices;
  }

  private Price nextPrice(TrainingState state, float[][] worth) {
    return config
        .steering()
        .map(to -> to.next(state.price(), state.router().plan(config.threshold()), worth))
        .orElse(state.price());
  }

  private TrainingState refreshed(SharedBatch batch, TrainingState state, TrainingListener listener)
      throws IOException {
    boolean due = state.sinceRefresh() < 0 || state.sinceRefresh() >= config.refreshSteps();
    if (!due) {
      return state;
    }
    if (!config.lambda().measures()) {
      return state.withLambda(
          config.lambda().weights(ProxyMeasurement.none(state.router().steps()), state.lambda()));
    }
    ProxyMeasurement measurement = batch.measure(state.trajectory(), state.router());
    float[] lambda = config.lambda().weights(measurement, state.lambda());
    listener.afterRefresh(state.trajectory(), measurement, lambda.clone());
    return state.withLambda(lambda);
  }

  private TrainingProgress progress(TrainingState state, SdtResult result) {
    double loss = 0;
    double error = 0;
    int learned = Math.max(1, state.router().steps() - 1);
    for (int step = 1; step < state.router().steps(); step++) {
      loss += result.loss()[step] / learned;
      error += result.error()[step] / learned;
    }
    return new TrainingProgress(
        state.trajectory(),
        config.trajectories(),
        loss,
        error,
        state.router().plan(config.threshold()).cacheUtilisation());
  }

  /** {@return what a training's state belongs to, in a line: settings, model and times} */
  public String fingerprint() {
    Map<String, String> parts = new TreeMap<>(config.settings());
    if (config.steering().isEmpty()) {
      // Published trainings can go on; steered ones settle over all of their trajectories.
      parts.remove("trajectories");
    }
    parts.put("threshold", Double.toString(config.threshold()));
    parts.put("seed", Long.toString(config.seed()));
    parts.put("model", setup.identity().sha256() + " " + setup.identity().settings());
    parts.put("branches", Integer.toString(setup.layout().branches()));
    parts.put("sample", setup.sample().toString());
    parts.put("guidance", setup.guidance().toString());
    parts.put("sampler", sampler.name());
    parts.put("times", sampler.schedule().toString());
    return parts.toString();
  }
}
