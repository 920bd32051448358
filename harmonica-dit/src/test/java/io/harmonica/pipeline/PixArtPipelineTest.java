package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From words to pictures, against what diffusers' own pipeline made of them. */
final class PixArtPipelineTest {
  private static final String BIRD = "a photo of a small red bird";
  private static final String STREET = "a city street at night";
  private static final PipelineOptions TINY =
      PipelineOptions.defaults().captionTokens(12).textPrecision(Precision.FLOAT32);

  @Test
  void samplesWhatDiffusersSamples() throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(TinyModels.pixArt(), TINY);
        SafetensorsFile expected =
            SafetensorsFile.open(TinyModels.pixArt().resolve("expected.safetensors"))) {
      float[][] noise = Matrices.rows(expected.readFloats("noise"), 4 * 8 * 8);
      Images images = pipeline.sample(ImageRequest.prompts(BIRD, STREET).steps(8).noise(noise));
      Goldens.assertClose(
          Matrices.flat(images.latents()), expected.readFloats("pipeline_latents"), "latents");
      assertThat(images.image(1).getWidth()).isEqualTo(16);
    }
  }

  @Test
  void promptsAreEncodedOnceAndWhenTheyAreMet(@TempDir Path copy) throws IOException {
    copy(TinyModels.pixArt(), copy);
    Prompts known = new Prompts(List.of(BIRD, STREET), "");
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(copy, TINY.prompts(known))) {
      pipeline.sample(ImageRequest.prompts("a boat").steps(2));
      Files.delete(copy.resolve("text_encoder/model.safetensors"));
      pipeline.sample(ImageRequest.prompts(STREET).steps(2));
      pipeline.sample(ImageRequest.prompts("a boat").steps(2));
      ImageRequest unheard = ImageRequest.prompts("a kite").steps(2);
      assertThatThrownBy(() -> pipeline.sample(unheard)).isInstanceOf(IOException.class);
      Prompts negative = new Prompts(List.of(STREET), "rain");
      assertThatThrownBy(() -> pipeline.sample(ImageRequest.prompts(negative).steps(2)))
          .isInstanceOf(IOException.class);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  @Test
  void trainingsDrawFromThePrompts() throws IOException {
    Prompts prompts = new Prompts(List.of(BIRD, STREET), "");
    try (DiffusionPipeline pipeline =
        DiffusionPipeline.open(TinyModels.pixArt(), TINY.prompts(prompts))) {
      SamplingSetup setup = pipeline.setup(8);
      assertThat(setup.fit().sampler()).isEqualTo("dpmpp");
      assertThat(setup.guidance().scale()).isEqualTo(4.5);
      assertThat(setup.identity().settings())
          .containsEntry("prompts", "2")
          .containsKey("prompts_sha256")
          .containsEntry("caption_tokens", "12");
      try (NDManager scope = pipeline.manager().newSubManager()) {
        assertThat(
                setup
                    .conditioning()
                    .draw(scope, RandomStream.REQUESTS.random(0, 0), 3)
                    .conditional()
                    .head()
                    .getShape()
                    .get(0))
            .isEqualTo(3);
      }
      assertThat(pipeline.model().inTurn(3).title(2)).isEqualTo("a-photo-of-a-small-red-bird");
    }
  }

  @Test
  void withoutPromptsThereIsNothingToTrainOn() throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(TinyModels.pixArt(), TINY)) {
      SamplingSetup setup = pipeline.setup(8);
      assertThat(setup.identity().settings()).doesNotContainKey("prompts_sha256");
      assertThatThrownBy(() -> setup.conditioning().draw(pipeline.manager(), null, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("without prompts");
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(TinyModels.pixArt(), TINY)) {
      assertThatThrownBy(() -> pipeline.sample(ImageRequest.classes("otter")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("knows words and no classes");
      assertThatThrownBy(() -> pipeline.sample(ImageRequest.labels(3)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    PipelineOptions odd = TINY.height(13);
    assertThatThrownBy(() -> DiffusionPipeline.open(TinyModels.pixArt(), odd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("height is 13");
    assertThatThrownBy(() -> ImageRequest.prompts(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void sizesAreOptions() throws IOException {
    try (DiffusionPipeline wide = DiffusionPipeline.open(TinyModels.pixArt(), TINY.width(32))) {
      Images images = wide.sample(ImageRequest.prompts(BIRD).steps(2));
      assertThat(images.image(0).getWidth()).isEqualTo(32);
      assertThat(images.image(0).getHeight()).isEqualTo(16);
    }
  }
}
