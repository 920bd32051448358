package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A U-ViT from its folder to images, against the public code's numbers. */
final class UvitPipelineTest {
  private static final int CALLS = 10;

  @TempDir private Path folder;

  private DiffusionPipeline pipeline;

  @BeforeEach
  void open() throws IOException {
    TinyModels.copyWithAutoencoder("uvit-tiny", "uvit.safetensors", folder);
    pipeline = DiffusionPipeline.open(folder);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private static ImageRequest golden(String sampler) throws IOException {
    return TinyModels.request("uvit-tiny").guidance(0.4).sampler(sampler).steps(CALLS);
  }

  @ParameterizedTest
  @CsvSource({"dpm-singlestep, singlestep2_final", "dpm-fast, fast3_final"})
  void samplesWhatThePublicCodeSamples(String sampler, String name) throws IOException {
    TinyModels.assertLast(pipeline.sample(golden(sampler)), "uvit-tiny", name);
  }

  @Test
  void samplesWithARouterWhatThePublicCodeSamples() throws IOException {
    SamplingSetup setup = pipeline.setup(CALLS);
    int branches = setup.layout().branches();
    CachePlan plan;
    try (SafetensorsFile expected = TinyModels.expected("uvit-tiny")) {
      int[] cells = expected.read("plan", pipeline.manager()).toIntArray();
      plan = CachePlan.of(CALLS, branches, (step, branch) -> cells[step * branches + branch] == 1);
    }
    Path file = folder.resolve("router.safetensors");
    Router.of(plan, RouterProvenance.of(setup, 0.5, 0, Map.of())).write(file);
    Images images = pipeline.sample(golden("dpm-singlestep").cache(Router.read(file)));
    TinyModels.assertLast(images, "uvit-tiny", "cached_singlestep2_final");
    assertThat(images.peakCacheBytes()).isBetween(1L, setup.cacheBytes(plan, 2));
  }

  @Test
  void guidanceIsWrittenInItsOwnConvention() throws IOException {
    SamplingSetup setup = pipeline.setup(CALLS);
    assertThat(setup.guidance().convention()).isEqualTo(Guidance.Convention.FROM_CONDITIONAL);
    assertThat(setup.guidance().written()).isEqualTo(0.4);
    assertThat(setup.withGuidance(0).guidance().active()).isFalse();
    ImageRequest request = ImageRequest.labels(1).steps(2).guidance(-0.5);
    assertThatThrownBy(() -> pipeline.sample(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-0.5")
        .hasMessageContaining("cond + s (cond - uncond)");
  }

  @Test
  void theAutoencoderThatCameWithItMakesImages() throws IOException {
    Images images = pipeline.sample(ImageRequest.labels(1, 7).steps(2));
    assertThat(images.write(folder.resolve("out"))).hasSize(2);
    assertThat(images.image(1).getWidth()).isEqualTo(16);
  }
}
