package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Trains a router as Learning-to-Cache does (Ma et al., 2024), the rival that needs real images.
 * Steps go in pairs: the first of a pair computes everything, only the second may reuse. An update
 * draws a pair, noises images to its first step, and trains the second step's row against full
 * computation there; {@link LearningToCachePair} is that update. The rows of full steps stay at
 * {@link Router#LIMIT}. With an odd T the very first step stands alone.
 *
 * <p>Each update draws from the seed and its own number alone, so that a training that was killed
 * and resumed ends with the same router as one that ran through.
 */
public final class LearningToCacheTrainer {
  private final SamplingSetup setup;
  private final DdimSampler sampler;
  private final ImageSource images;
  private final LearningToCacheConfig config;
  private final SdtObjective objective;

  /**
   * Prepares a training.
   *
   * @param setup the frozen model with its steps; the sampler has to be DDIM, as published, and the
   *     training runs without guidance whatever the setup says
   * @param images draws real images
   * @param config the settings
   * @throws IllegalArgumentException if there are fewer than 2 steps, or the sampler is another
   */
  public LearningToCacheTrainer(
      SamplingSetup setup, ImageSource images, LearningToCacheConfig config) {
    if (setup.steps() < 2) {
      throw new IllegalArgumentException(
          "steps is " + setup.steps() + ", expected at least 2, a pair");
    }
    if (!(setup.sampler(config.seed()) instanceof DdimSampler ddim)) {
      throw new IllegalArgumentException(
          "the sampler is " + setup.fit().sampler() + ", Learning-to-Cache trains for ddim alone");
    }
    this.setup = setup;
    this.sampler = ddim;
    this.images = images;
    this.config = config;
    float[] ones = new float[setup.steps()];
    Arrays.fill(ones, 1);
    this.objective =
        new SdtObjective(
            ones, config.beta(), setup.layout().branches(), config.threshold(), StudentRule.BLEND);
  }

  /**
   * Trains a router without saving on the way.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param listener watches; an update counts as a trajectory
   * @return the trained router
   */
  public Router train(NDManager manager, TrainingListener listener) {
    try {
      return router(run(manager, start(), Optional.empty(), listener));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Trains a router and saves the whole state now and then, each time as a whole.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param saving where and how often, and whether to take up what is there
   * @param listener watches; an update counts as a trajectory
   * @return the trained router
   * @throws IOException if the state cannot be read or written
   * @throws IllegalArgumentException if the saved state is of other settings or images, or of a
   *     longer training
   */
  public Router train(
      NDManager manager, RouterTrainer.CheckpointPlan saving, TrainingListener listener)
      throws IOException {
    TrainingState state =
        saving.resume() && Files.exists(saving.file())
            ? TrainingCheckpoint.read(saving.file(), fingerprint(), "updates", config.updates())
            : start();
    return router(run(manager, state, Optional.of(saving), listener));
  }

  private Router router(TrainableRouter trained) {
    Map<String, String> settings = new TreeMap<>(config.settings());
    settings.putAll(images.provenance());
    SamplingSetup unguided = setup.unguided();
    return trained.router(
        RouterProvenance.of(unguided, config.threshold(), config.seed(), settings));
  }

  private TrainableRouter run(
      NDManager manager,
      TrainingState first,
      Optional<RouterTrainer.CheckpointPlan> saving,
      TrainingListener listener)
      throws IOException {
    TrainingState state = first;
    String fingerprint = fingerprint();
    while (state.trajectory() < config.updates()) {
      state = update(manager, state, listener);
      int done = state.trajectory();
      if (saving.isPresent() && (done % saving.get().every() == 0 || done == config.updates())) {
        TrainingCheckpoint.write(saving.get().file(), fingerprint, state);
      }
    }
    return state.router();
  }

  private TrainingState start() {
    int steps = setup.steps();
    int branches = setup.layout().branches();
    TrainableRouter drawn =
        TrainableRouter.random(steps, branches, RandomStream.FIRST_LOGITS.random(config.seed(), 0));
    float[][] logits = new float[steps][];
    for (int step = 0; step < steps; step++) {
      logits[step] = drawn.logits(step);
      if (!learns(step)) {
        Arrays.fill(logits[step], Router.LIMIT);
      }
    }
    Price price = Price.of(config.beta());
    return new TrainingState(TrainableRouter.of(logits), 0, new float[steps], 0, price);
  }

  /** The second steps of the pairs; counted from the last step, which always is one. */
  private boolean learns(int step) {
    return step > 0 && (setup.steps() - 1 - step) % 2 == 0;
  }

  private TrainingState update(NDManager manager, TrainingState state, TrainingListener listener) {
    Random random = RandomStream.TRAINING.random(config.seed(), state.trajectory());
    TrainableRouter router = state.router();
    // Pairs count from the end of the trajectory.
    int learning = setup.steps() - 1 - 2 * random.nextInt(setup.steps() / 2);
    if (state.trajectory() > 0) {
      // As published: logits drawn beyond the limits are met unclamped by the first update alone.
      router.clamp(learning);
    }
    try (NDManager scope = manager.newSubManager()) {
      ImageSource.Batch batch = images.draw(scope, random, config.batch());
      NDArray noise = Noise.normal(scope, random, batch.images().getShape());
      Conditioning shown = dropped(scope, batch.conditioning(), random);
      try (GuidedDenoiser bound =
          new GuidedDenoiser(scope, setup.denoiser(), shown, Guidance.NONE)) {
        Student.Pass pass =
            new LearningToCachePair(bound, sampler, objective)
                .run(scope, router, learning - 1, batch.images(), noise);
        double error = pass.error().getFloat();
        double loss = objective.loss(learning, error, router.logits(learning));
        router.update(learning, pass.gradient().toFloatArray(), config.learningRate());
        TrainingState next = state.advanced(1, state.price());
        listener.afterTrajectory(
            new TrainingProgress(
                next.trajectory(),
                config.updates(),
                loss,
                error,
                router.plan(config.threshold()).cacheUtilisation()),
            router);
        return next;
      }
    }
  }

  /** Replaces some images' conditions by the null condition, all arrays of an image alike. */
  private Conditioning dropped(NDManager scope, Conditioning given, Random random) {
    int count = config.batch();
    long[] rows = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = random.nextDouble() < config.labelDropout() ? count + i : i;
    }
    if (config.labelDropout() == 0) {
      return given;
    }
    if (given.unconditional().size() != given.conditional().size()) {
      throw new IllegalArgumentException(
          "label dropout is "
              + config.labelDropout()
              + ", but the model has no null label; expected 0");
    }
    NDArray index = scope.create(rows);
    NDList mixed = new NDList();
    for (int i = 0; i < given.conditional().size(); i++) {
      NDArray both = given.conditional().get(i).concat(given.unconditional().get(i), 0);
      mixed.add(both.get(index));
    }
    return new Conditioning(mixed, given.unconditional());
  }

  /** What must be the same when a training is taken up again. */
  private String fingerprint() {
    Map<String, String> parts = new TreeMap<>(config.settings());
    parts.remove("updates");
    parts.putAll(images.provenance());
    parts.put("threshold", Double.toString(config.threshold()));
    parts.put("seed", Long.toString(config.seed()));
    parts.put("model", setup.identity().sha256() + " " + setup.identity().settings());
    parts.put("branches", Integer.toString(setup.layout().branches()));
    parts.put("clip", Boolean.toString(sampler.clips()));
    parts.put("times", sampler.schedule().toString());
    return parts.toString();
  }
}
