package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flow model from its folder to images, against the public code's numbers. */
final class SitPipelineTest {
  @TempDir private Path folder;

  private DiffusionPipeline pipeline;

  @BeforeEach
  void open() throws IOException {
    // The folder's name says nothing, the option tells it from a DiT.
    TinyModels.copyWithAutoencoder("sit-tiny", "sit.safetensors", folder);
    pipeline = DiffusionPipeline.open(folder, PipelineOptions.defaults().family("sit"));
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private static ImageRequest golden(String sampler, int steps) throws IOException {
    return TinyModels.request("sit-tiny").guidance(1.5).sampler(sampler).steps(steps);
  }

  @ParameterizedTest
  @CsvSource({"euler, 10, ode_euler_trajectory", "heun, 20, ode_heun_trajectory"})
  void samplesWhatThePublicCodeSamples(String sampler, int steps, String name) throws IOException {
    TinyModels.assertLast(pipeline.sample(golden(sampler, steps)), "sit-tiny", name);
  }

  @Test
  void theAutoencoderThatCameWithItMakesImages() throws IOException {
    Images images = pipeline.sample(ImageRequest.labels(1, 7).steps(2));
    assertThat(images.write(folder.resolve("out"))).hasSize(2).allSatisfy(SitPipelineTest::isFile);
    assertThat(images.image(1).getWidth()).isEqualTo(16);
  }

  private static void isFile(Path file) {
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void asADitItIsRefused() throws IOException {
    Path config = folder.resolve("config.json");
    String flow = Files.readString(config).replaceFirst("\\{", "{\"noise_schedule\": \"flow\",");
    Files.writeString(config, flow);
    PipelineOptions dit = PipelineOptions.defaults().family("dit");
    assertThatThrownBy(() -> DiffusionPipeline.open(folder, dit))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("noise_schedule is flow")
        .hasMessageContaining("name the family sit");
  }

  @Test
  void aRouterServesItsSamplerAlone() throws IOException {
    SamplingSetup setup = pipeline.setup(10);
    assertThat(setup.fit().sampler()).isEqualTo("euler");
    CachePlan plan = setup.plan(new IntervalPolicy(2));
    Path file = folder.resolve("router.safetensors");
    Router.of(plan, RouterProvenance.of(setup, 0.5, 0, Map.of())).write(file);
    Router router = Router.read(file);
    Images images = pipeline.sample(golden("euler", 10).cache(router));
    assertThat(images.plan()).isEqualTo(plan);
    assertThat(images.peakCacheBytes()).isEqualTo(setup.cacheBytes(plan, 2));
    ImageRequest heun = golden("heun", 10).cache(router);
    assertThatThrownBy(() -> pipeline.sample(heun))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("euler")
        .hasMessageContaining("heun");
  }

  @Test
  void aRouterOfTheDitWithTheSameShapesIsRefused() throws IOException {
    try (DiffusionPipeline dit = DiffusionPipeline.open(TinyModels.dit())) {
      SamplingSetup setup = dit.setup(10, "ddim");
      Router router =
          Router.of(
              setup.plan(new IntervalPolicy(2)), RouterProvenance.of(setup, 0.5, 0, Map.of()));
      ImageRequest request = golden("ddim", 10).cache(router);
      assertThatThrownBy(() -> pipeline.sample(request))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dit.safetensors")
          .hasMessageContaining(folder.getFileName().toString());
    }
  }
}
