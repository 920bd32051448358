package io.harmonica.pipeline;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.model.Footprint;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A diffusion model that is ready to make images: the way in to this library.
 *
 * <pre>{@code
 * try (DiffusionPipeline pipeline = DiffusionPipeline.open(Path.of("DiT-XL-2-256"))) {
 *   Router router = Router.read(Path.of("router.safetensors"));
 *   Images images =
 *       pipeline.sample(
 *           ImageRequest.classes("golden retriever", "otter").steps(20).cache(router).seed(7));
 *   images.write(Path.of("out"));
 * }
 * }</pre>
 *
 * <p>It owns the weights and everything that it makes; closing it frees them. It runs one request
 * at a time.
 */
public final class DiffusionPipeline implements AutoCloseable {
  private static final String ENGINE = "PyTorch";

  private final NDManager manager;
  private final RunnableModel model;
  private final ImageDecoder decoder;

  private DiffusionPipeline(NDManager manager, RunnableModel model, ImageDecoder decoder) {
    this.manager = manager;
    this.model = model;
    this.decoder = decoder;
  }

  /** Brings a model into memory that no family opens, such as one made in a program. */
  @FunctionalInterface
  public interface Source {

    /**
     * Makes the model.
     *
     * @param manager owns the weights
     * @param options how to open it
     * @return the model
     * @throws IOException if a file is missing or damaged
     */
    RunnableModel open(NDManager manager, PipelineOptions options) throws IOException;
  }

  /**
   * Opens a model as its files tell, in float32, on a GPU if there is one.
   *
   * @param path a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @return the pipeline, which the caller closes
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if it is a model that nobody knows, or its files do not fit
   *     together
   */
  public static DiffusionPipeline open(Path path) throws IOException {
    return open(path, PipelineOptions.defaults());
  }

  /**
   * Opens a model.
   *
   * @param path a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param options how to open it
   * @return the pipeline, which the caller closes
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if it is a model that nobody knows, or files and options do
   *     not fit together
   */
  public static DiffusionPipeline open(Path path, PipelineOptions options) throws IOException {
    return open((owner, how) -> ModelFamilies.of(path, how).open(owner, path, how), options);
  }

  /**
   * Tells what kind of model a path is, by names and descriptions alone.
   *
   * @param path a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param options may name the family
   * @return the family that opens it
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if it is a pipeline that nobody knows
   */
  public static ModelFamily family(Path path, PipelineOptions options) throws IOException {
    return ModelFamilies.of(path, options);
  }

  /** {@return what the families are called, as {@link PipelineOptions#family(String)} takes it} */
  public static List<String> families() {
    return ModelFamilies.all().stream().map(ModelFamily::name).toList();
  }

  /**
   * Tells on paper what a model of a public size takes. Nothing is read or computed.
   *
   * @param size a name as the model's authors write it, such as {@code DiT-XL/2}
   * @param pixels height and width of its images
   * @return what it takes
   * @throws IllegalArgumentException if no family has such a size, or no such images
   */
  public static Footprint footprint(String size, int pixels) {
    return ModelFamilies.footprint(size, pixels);
  }

  /**
   * Opens a model of another source than a path.
   *
   * @param source makes the model
   * @param options how to open it
   * @return the pipeline, which the caller closes
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if model, autoencoder and options do not fit together
   */
  public static DiffusionPipeline open(Source source, PipelineOptions options) throws IOException {
    try {
      Device device = options.device().orElseGet(DiffusionPipeline::usualDevice);
      return open(NDManager.newBaseManager(device, ENGINE), source, options);
    } catch (Throwable e) {
      closeCaptions(options, e);
      throw e;
    }
  }

  private static DiffusionPipeline open(NDManager manager, Source source, PipelineOptions options)
      throws IOException {
    RunnableModel model = null;
    try {
      model = source.open(manager, options);
      ImageDecoder decoder =
          ImageDecoder.open(
              manager, model.name(), model.sampleShape(), options.autoencoder(model.autoencoder()));
      return new DiffusionPipeline(manager, model, decoder);
    } catch (Throwable e) {
      if (model != null) {
        model.close();
      }
      manager.close();
      throw e;
    }
  }

  private static void closeCaptions(PipelineOptions options, Throwable failure) {
    if (options.captions().isPresent()) {
      try {
        options.captions().get().close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private static Device usualDevice() {
    return Engine.getEngine(ENGINE).getGpuCount() > 0 ? Device.gpu() : Device.cpu();
  }

  /** {@return the model, which stays the pipeline's} */
  public RunnableModel model() {
    return model;
  }

  /**
   * {@return the manager of the pipeline's device, which trainings and benchmarks can work under;
   * it is closed with the pipeline}
   */
  public NDManager manager() {
    return manager;
  }

  /** {@return what makes images of samples; it stays the pipeline's} */
  public ImageDecoder decoder() {
    return decoder;
  }

  /**
   * Describes a run with the model's usual sampler and guidance, for trainers, searches and
   * benchmarks.
   *
   * @param steps number of steps T
   * @return the setup; {@link SamplingSetup#plan} refuses a router that does not fit it
   * @throws IllegalArgumentException if T is out of range
   */
  public SamplingSetup setup(int steps) {
    return checked(model.setup(model::usualSampler, steps, model.guidance(model.usualGuidance())));
  }

  /**
   * Describes a run with another sampler; {@link SamplingSetup#withGuidance} exchanges the
   * guidance.
   *
   * @param steps number of steps T
   * @param sampler its name
   * @return the setup
   * @throws IllegalArgumentException if there is no such sampler or T is out of range
   */
  public SamplingSetup setup(int steps, String sampler) {
    return checked(
        model.setup(
            (count, seed) -> model.sampler(sampler, count, seed),
            steps,
            model.guidance(model.usualGuidance())));
  }

  private static SamplingSetup checked(SamplingSetup setup) {
    setup.sampler(0);
    return setup;
  }

  /**
   * Describes the run that a request asks for.
   *
   * @param request the request
   * @return the setup
   * @throws IllegalArgumentException if sampler, steps or guidance are out of range
   */
  public SamplingSetup setup(ImageRequest request) {
    SamplingSetup setup =
        request.sampler().isPresent()
            ? setup(request.steps(), request.sampler().get())
            : setup(request.steps());
    return request.guidance().isPresent()
        ? setup.withGuidance(request.guidance().getAsDouble())
        : setup;
  }

  /**
   * Samples images.
   *
   * @param request which, and how
   * @return the images, on the host
   * @throws IOException if a text encoder has to be read and cannot be
   * @throws IllegalArgumentException if the model does not know what is asked for, or the router
   *     was made for another model, sampler or number of steps
   */
  public Images sample(ImageRequest request) throws IOException {
    ImageSubjects subjects = request.subjects(model);
    SamplingSetup setup = setup(request);
    CachePlan plan = setup.plan(request.cache());
    return new SamplingRun(this, request, setup, plan).sample(subjects);
  }

  /** Frees the model, the autoencoder and all that is left under the manager. */
  @Override
  public void close() {
    decoder.close();
    model.close();
    manager.close();
  }
}
