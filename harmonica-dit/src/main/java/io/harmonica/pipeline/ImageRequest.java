package io.harmonica.pipeline;

import io.harmonica.diffusion.Samplers;
import io.harmonica.plan.CachePolicy;
import io.harmonica.policy.FullPolicy;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which images to sample and how. Immutable: every setting returns a new request. Without further
 * settings it takes 20 steps of the model's usual sampler with its usual guidance, seed 0, 16
 * samples at once, and no cache.
 */
public final class ImageRequest {
  private static final int USUAL_STEPS = 20;
  static final int USUAL_BATCH = 16;

  private final Wish wish;
  private int steps = USUAL_STEPS;
  private long seed;
  private int firstSample;
  private OptionalDouble guidance = OptionalDouble.empty();
  private Optional<String> sampler = Optional.empty();
  private OptionalInt batch = OptionalInt.of(USUAL_BATCH);
  private CachePolicy cache = new FullPolicy();
  private float[][] noise;
  private boolean decoded = true;
  private SamplingListener listener = SamplingListener.NONE;

  /** What a request means for a model. */
  @FunctionalInterface
  private interface Wish {
    ImageSubjects of(RunnableModel model) throws IOException;
  }

  private ImageRequest(Wish wish) {
    this.wish = wish;
  }

  private ImageRequest(ImageRequest other) {
    wish = other.wish;
    steps = other.steps;
    seed = other.seed;
    firstSample = other.firstSample;
    guidance = other.guidance;
    sampler = other.sampler;
    batch = other.batch;
    cache = other.cache;
    noise = other.noise;
    decoded = other.decoded;
    listener = other.listener;
  }

  /**
   * Asks for one image of each class, by name or number. Case, hyphens and underscores do not
   * matter.
   *
   * @param names for example {@code golden retriever}, {@code otter}, {@code 360}
   * @return the request
   */
  public static ImageRequest classes(String... names) {
    List<String> asked = List.of(names);
    return new ImageRequest(
        model ->
            model.labels(
                model
                    .classes()
                    .map(classes -> classes.labels(asked))
                    // A model without classes says so itself.
                    .orElseGet(() -> new int[0])));
  }

  /**
   * Asks for one image of each class, by number.
   *
   * @param labels from 0 to the model's number of classes - 1
   * @return the request
   */
  public static ImageRequest labels(int... labels) {
    int[] asked = labels.clone();
    return new ImageRequest(model -> model.labels(asked));
  }

  /**
   * Asks for one image of each prompt, with the empty negative prompt.
   *
   * @param texts what the images are to show
   * @return the request
   * @throws IllegalArgumentException if there is none or one is blank
   */
  public static ImageRequest prompts(String... texts) {
    return prompts(new Prompts(List.of(texts), ""));
  }

  /**
   * Asks for one image of each prompt.
   *
   * @param prompts with the negative prompt
   * @return the request
   */
  public static ImageRequest prompts(Prompts prompts) {
    return new ImageRequest(model -> model.prompts(prompts));
  }

  /**
   * Asks for what a model was asked for before.
   *
   * @param subjects from the model of the pipeline that will sample
   * @return the request
   */
  public static ImageRequest of(ImageSubjects subjects) {
    return new ImageRequest(model -> subjects);
  }

  /**
   * Chooses the number of steps T. A router serves one number alone.
   *
   * @param count T, at least 1
   * @return the request
   */
  public ImageRequest steps(int count) {
    ImageRequest copy = new ImageRequest(this);
    copy.steps = count;
    return copy;
  }

  /**
   * Chooses the seed of all noise. With the same seed sample i starts from the same noise, whatever
   * its batch; what a stochastic sampler adds on the way is another one in every batch.
   *
   * @param number the seed
   * @return the request
   */
  public ImageRequest seed(long number) {
    ImageRequest copy = new ImageRequest(this);
    copy.seed = number;
    return copy;
  }

  /**
   * Makes the request a part of a larger run under the same seed.
   *
   * @param number of the first sample in that run, from 0
   * @return the request
   */
  public ImageRequest firstSample(int number) {
    ImageRequest copy = new ImageRequest(this);
    copy.firstSample = number;
    return copy;
  }

  /**
   * Chooses the guidance scale.
   *
   * @param scale s as the model's authors write it, see {@link
   *     io.harmonica.diffusion.Guidance.Convention}
   * @return the request
   */
  public ImageRequest guidance(double scale) {
    ImageRequest copy = new ImageRequest(this);
    copy.guidance = OptionalDouble.of(scale);
    return copy;
  }

  /**
   * Chooses the sampler.
   *
   * @param name one of {@link Samplers#names()}
   * @return the request
   */
  public ImageRequest sampler(String name) {
    ImageRequest copy = new ImageRequest(this);
    copy.sampler = Optional.of(name);
    return copy;
  }

  /**
   * Chooses how many samples run at once.
   *
   * @param samples at least 1
   * @return the request
   * @throws IllegalArgumentException if it is less
   */
  public ImageRequest batch(int samples) {
    if (samples < 1) {
      throw new IllegalArgumentException("batch is " + samples + ", expected at least 1");
    }
    ImageRequest copy = new ImageRequest(this);
    copy.batch = OptionalInt.of(samples);
    return copy;
  }

  /**
   * {@return the request with as many samples at once as fit into half of the free memory, so that
   * another run may round differently; 16 if the model does not say how large its features are}
   */
  public ImageRequest automaticBatch() {
    ImageRequest copy = new ImageRequest(this);
    copy.batch = OptionalInt.empty();
    return copy;
  }

  /**
   * Chooses what is taken from the cache.
   *
   * @param policy a router or a rule
   * @return the request
   */
  public ImageRequest cache(CachePolicy policy) {
    ImageRequest copy = new ImageRequest(this);
    copy.cache = Objects.requireNonNull(policy);
    return copy;
  }

  /**
   * Gives the noise to start from, instead of drawing it from the seed.
   *
   * @param rows x_T, one row of C x H x W values for each image; copied
   * @return the request
   */
  public ImageRequest noise(float[][] rows) {
    ImageRequest copy = new ImageRequest(this);
    copy.noise = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy.noise[i] = rows[i].clone();
    }
    return copy;
  }

  /** {@return the request for samples alone, of which no images are made} */
  public ImageRequest latentsOnly() {
    ImageRequest copy = new ImageRequest(this);
    copy.decoded = false;
    return copy;
  }

  /**
   * Says who watches.
   *
   * @param watcher told after each batch
   * @return the request
   */
  public ImageRequest listener(SamplingListener watcher) {
    ImageRequest copy = new ImageRequest(this);
    copy.listener = Objects.requireNonNull(watcher);
    return copy;
  }

  ImageSubjects subjects(RunnableModel model) throws IOException {
    return wish.of(model);
  }

  int steps() {
    return steps;
  }

  long seed() {
    return seed;
  }

  int firstSample() {
    return firstSample;
  }

  OptionalDouble guidance() {
    return guidance;
  }

  Optional<String> sampler() {
    return sampler;
  }

  OptionalInt batch() {
    return batch;
  }

  CachePolicy cache() {
    return cache;
  }

  Optional<float[][]> noise() {
    return Optional.ofNullable(noise);
  }

  boolean decoded() {
    return decoded;
  }

  SamplingListener listener() {
    return listener;
  }
}
