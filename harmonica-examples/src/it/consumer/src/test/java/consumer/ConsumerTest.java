package consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.router.Router;
import io.harmonica.text.Prompts;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody does who has the libraries alone. */
final class ConsumerTest {
  private static final int STEPS = 4;

  /** SDT + IEPO as published, for two trajectories. */
  private static final RouterTrainerConfig TWO_TRAJECTORIES =
      RouterTrainerConfig.paper().withTrajectories(2).withBatch(2);

  @TempDir private Path folder;

  private static DiffusionPipeline dit() throws IOException {
    Path weights = Path.of(System.getProperty("goldens.dit")).resolve("dit.safetensors");
    Path autoencoder = pixArtFolder().resolve("vae");
    return DiffusionPipeline.open(weights, PipelineOptions.defaults().autoencoder(autoencoder));
  }

  private static Path pixArtFolder() {
    return Path.of(System.getProperty("goldens.pixart"));
  }

  private static DiffusionPipeline pixArt() throws IOException {
    return DiffusionPipeline.open(
        pixArtFolder(),
        PipelineOptions.defaults()
            .captionTokens(12)
            .textPrecision(Precision.FLOAT32)
            .prompts(new Prompts(List.of("a red bird", "a boat"), "")));
  }

  @Test
  void classes() throws IOException {
    try (DiffusionPipeline pipeline = dit()) {
      ImageRequest request = ImageRequest.labels(1, 2).steps(STEPS).seed(7);
      Images images = pipeline.sample(request.cache(trainedRouter(pipeline)));
      assertThat(images.write(folder.resolve("images")))
          .hasSize(2)
          .allSatisfy(file -> assertThat(file).isNotEmptyFile());
    }
  }

  @Test
  void words() throws IOException {
    try (DiffusionPipeline pipeline = pixArt()) {
      ImageRequest request = ImageRequest.prompts("a red bird", "a kite").steps(STEPS);
      Images images = pipeline.sample(request.cache(trainedRouter(pipeline)));
      assertThat(images.write(folder.resolve("images"))).hasSize(2);
      assertThat(images.image(0).getWidth()).isEqualTo(16);
    }
  }

  @Test
  void aRouterOfAnotherModelIsRefused() throws IOException {
    Router router;
    try (DiffusionPipeline pipeline = dit()) {
      router = trainedRouter(pipeline);
    }
    try (DiffusionPipeline pipeline = pixArt()) {
      ImageRequest request = ImageRequest.prompts("a boat").steps(STEPS).cache(router);
      assertThatThrownBy(() -> pipeline.sample(request))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the router was trained for the model dit.safetensors")
          .hasMessageContaining("pixart-tiny");
    }
  }

  /** Trains a router, writes it and reads it back. */
  private Router trainedRouter(DiffusionPipeline pipeline) throws IOException {
    SamplingSetup setup = pipeline.setup(STEPS);
    Path file = folder.resolve("router.safetensors");
    new RouterTrainer(setup, TWO_TRAJECTORIES)
        .train(pipeline.manager(), TrainingListener.NONE)
        .write(file);
    Router router = Router.read(file);
    assertThat(router.provenance().modelHash()).isEqualTo(setup.identity().sha256());
    assertThat(router.provenance().settings()).containsKeys("layout_blocks", "macs_branches");
    assertThat(setup.plan(router).steps()).isEqualTo(STEPS);
    return router;
  }
}
