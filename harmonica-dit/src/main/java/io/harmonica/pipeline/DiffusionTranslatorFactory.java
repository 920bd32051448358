package io.harmonica.pipeline;

import ai.djl.Model;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Blocks;
import ai.djl.repository.zoo.Criteria;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Lets DJL load a pipeline like any other model: a {@code ZooModel} whose predictor takes an {@link
 * ImageRequest} and gives an {@link Image}, an array of them, or {@link Images}.
 *
 * <pre>{@code
 * Criteria<ImageRequest, Image> criteria =
 *     DiffusionTranslatorFactory.criteria(Path.of("DiT-XL-2-256"), Image.class).build();
 * try (ZooModel<ImageRequest, Image> model = criteria.loadModel();
 *     Predictor<ImageRequest, Image> predictor = model.newPredictor()) {
 *   Image otter = predictor.predict(ImageRequest.classes("otter").seed(7));
 * }
 * }</pre>
 *
 * <p>The model owns the pipeline. Predictors of one model take turns.
 */
public final class DiffusionTranslatorFactory implements TranslatorFactory {
  private static final String ENGINE = "PyTorch";

  private final PipelineOptions options;

  /** Opens pipelines as their files tell. */
  public DiffusionTranslatorFactory() {
    this(PipelineOptions.defaults());
  }

  /**
   * Opens pipelines with options.
   *
   * @param options how; where they choose no device, that of DJL's model counts
   */
  public DiffusionTranslatorFactory(PipelineOptions options) {
    this.options = options;
  }

  /**
   * Asks DJL for a pipeline.
   *
   * @param <O> what predictors give
   * @param folder the model's folder
   * @param output {@link Image}, for requests of one image, an array of it, or {@link Images}
   * @return criteria to build and load; a device can be added
   */
  public static <O> Criteria.Builder<ImageRequest, O> criteria(Path folder, Class<O> output) {
    return criteria(folder, output, PipelineOptions.defaults());
  }

  /**
   * Asks DJL for a pipeline that is opened with options.
   *
   * @param <O> what predictors give
   * @param folder the model's folder
   * @param output {@link Image}, for requests of one image, an array of it, or {@link Images}
   * @param options how to open it
   * @return criteria to build and load
   */
  public static <O> Criteria.Builder<ImageRequest, O> criteria(
      Path folder, Class<O> output, PipelineOptions options) {
    return Criteria.builder()
        .setTypes(ImageRequest.class, output)
        .optEngine(ENGINE)
        .optModelPath(folder)
        // The pipeline reads the weights itself; DJL's model is what carries it.
        .optBlock(Blocks.identityBlock())
        .optOption("hasParameter", "false")
        .optTranslatorFactory(new DiffusionTranslatorFactory(options));
  }

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(
        new Pair<>(ImageRequest.class, Image.class),
        new Pair<>(ImageRequest.class, Image[].class),
        new Pair<>(ImageRequest.class, Images.class));
  }

  @Override
  @SuppressWarnings("unchecked") // checked by the types
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
      throws TranslateException {
    if (!isSupported(input, output)) {
      throw new IllegalArgumentException(
          "a pipeline makes Image, Image[] or Images of an ImageRequest, not %s of %s"
              .formatted(output.getSimpleName(), input.getSimpleName()));
    }
    try {
      PipelineOptions placed =
          options.device(options.device().orElse(model.getNDManager().getDevice()));
      DiffusionPipeline pipeline = DiffusionPipeline.open(model.getModelPath(), placed);
      model.getNDManager().attachInternal("pipeline", pipeline);
      return (Translator<I, O>) new Sampling<>(pipeline, output);
    } catch (IOException e) {
      throw new TranslateException(
          model.getModelPath() + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Samples in the last step of a prediction, since a request is no list of arrays. */
  private record Sampling<O>(DiffusionPipeline pipeline, Class<O> output)
      implements NoBatchifyTranslator<ImageRequest, O> {
    private static final String REQUEST = "request";

    @Override
    public NDList processInput(TranslatorContext context, ImageRequest request) {
      context.setAttachment(REQUEST, request);
      return new NDList();
    }

    @Override
    public O processOutput(TranslatorContext context, NDList none) throws IOException {
      ImageRequest request = (ImageRequest) context.getAttachment(REQUEST);
      Images images;
      synchronized (pipeline) {
        images = pipeline.sample(request);
      }
      return output.cast(output == Images.class ? images : pictures(images));
    }

    private Object pictures(Images images) {
      if (output == Image.class) {
        if (images.count() != 1) {
          throw new IllegalArgumentException(
              "the request is for %d images, the predictor gives one: ask for Image[].class"
                  .formatted(images.count()));
        }
        return images.djlImage(0);
      }
      Image[] all = new Image[images.count()];
      for (int i = 0; i < all.length; i++) {
        all[i] = images.djlImage(i);
      }
      return all;
    }
  }
}
