package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines through DJL's own doors. */
final class DiffusionTranslatorFactoryTest {
  private static final PipelineOptions TINY =
      PipelineOptions.defaults().captionTokens(12).textPrecision(Precision.FLOAT32);
  private static final ImageRequest BOAT = ImageRequest.prompts("a boat").steps(3).seed(5);

  @Test
  void criteriaLoadAModelOfWords() throws Exception {
    Criteria<ImageRequest, Image> criteria =
        DiffusionTranslatorFactory.criteria(TinyModels.pixArt(), Image.class, TINY).build();
    try (ZooModel<ImageRequest, Image> model = criteria.loadModel();
        Predictor<ImageRequest, Image> predictor = model.newPredictor();
        DiffusionPipeline pipeline = DiffusionPipeline.open(TinyModels.pixArt(), TINY)) {
      Image image = predictor.predict(BOAT);
      Image expected = pipeline.sample(BOAT).djlImage(0);
      assertThat(image.getWidth()).isEqualTo(16);
      assertThat(pixels(image, pipeline)).isEqualTo(pixels(expected, pipeline));
      assertThatThrownBy(() -> predictor.predict(ImageRequest.prompts("a", "b").steps(2)))
          .isInstanceOf(TranslateException.class)
          .hasRootCauseMessage(
              "the request is for 2 images, the predictor gives one: ask for Image[].class");
    }
  }

  private static int[] pixels(Image image, DiffusionPipeline pipeline) {
    return image.toNDArray(pipeline.manager()).toType(DataType.INT32, false).toIntArray();
  }

  @Test
  void aFolderOfClassesGivesSeveralImages(@TempDir Path folder) throws Exception {
    for (String name : List.of("dit.safetensors", "config.json")) {
      Files.copy(Goldens.folder("dit-tiny").resolve(name), folder.resolve(name));
    }
    PipelineOptions options =
        PipelineOptions.defaults().autoencoder(TinyModels.pixArt().resolve("vae"));
    Criteria<ImageRequest, Image[]> criteria =
        DiffusionTranslatorFactory.criteria(folder, Image[].class, options).build();
    try (ZooModel<ImageRequest, Image[]> model = criteria.loadModel();
        Predictor<ImageRequest, Image[]> predictor = model.newPredictor()) {
      assertThat(predictor.predict(ImageRequest.labels(1, 2).steps(2))).hasSize(2);
    }
  }

  @Test
  void closingTheModelClosesThePipeline() throws Exception {
    ZooModel<ImageRequest, Images> model =
        DiffusionTranslatorFactory.criteria(TinyModels.pixArt(), Images.class, TINY)
            .build()
            .loadModel();
    Predictor<ImageRequest, Images> predictor = model.newPredictor();
    assertThat(predictor.predict(BOAT).count()).isOne();
    predictor.close();
    model.close();
    assertThatThrownBy(() -> predictor.predict(BOAT)).isInstanceOf(Exception.class);
  }

  @Test
  void whatIsNoModelIsSaid(@TempDir Path folder) {
    assertThatThrownBy(
            () -> DiffusionTranslatorFactory.criteria(folder, Image.class).build().loadModel())
        .hasStackTraceContaining("holds no .safetensors or .pt file");
  }
}
