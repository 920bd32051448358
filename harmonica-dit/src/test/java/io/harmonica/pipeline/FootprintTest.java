package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.model.Footprint;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtInput;
import io.harmonica.plan.CachePlan;
import io.harmonica.uvit.UvitConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told on paper, against models that are there. */
final class FootprintTest {

  private static String config(String name) throws IOException {
    return Files.readString(Goldens.folder(name).resolve("config.json"));
  }

  private static long numbers(Path file, Set<String> ignored) throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      long sum = 0;
      for (String name : tensors.names()) {
        sum += ignored.contains(name) ? 0 : tensors.info(name).elements();
      }
      return sum;
    }
  }

  private static void assertFits(Footprint paper, Path model, PipelineOptions options)
      throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(model, options)) {
      assertThat(paper.featureSize()).isEqualTo(pipeline.model().featureSize());
      assertThat(paper.cost().full()).isEqualTo(pipeline.setup(4).cost().full());
      assertThat(paper.cost().branches()).isEqualTo(pipeline.setup(4).layout().branches());
    }
  }

  @Test
  void classModelsHaveWhatTheirShapesSay() throws IOException {
    Path dit = Goldens.folder("dit-tiny").resolve("dit.safetensors");
    Footprint ofDit = DitConfig.fromJson(config("dit-tiny")).footprint();
    assertFits(ofDit, dit, PipelineOptions.defaults());
    assertThat(ofDit.parameters()).isEqualTo(numbers(dit, Set.of()));
    Path sit = Goldens.folder("sit-tiny").resolve("sit.safetensors");
    Footprint ofSit = DitConfig.fromJson(config("sit-tiny")).footprint();
    assertFits(ofSit, sit, PipelineOptions.defaults());
    assertThat(ofSit.parameters()).isEqualTo(numbers(sit, Set.of()));
    Path uvit = Goldens.folder("uvit-tiny").resolve("uvit.safetensors");
    Footprint ofUvit = UvitConfig.fromJson(config("uvit-tiny")).footprint();
    assertFits(ofUvit, uvit, PipelineOptions.defaults());
    assertThat(ofUvit.parameters()).isEqualTo(numbers(uvit, Set.of()));
  }

  @Test
  void pixArtHasWhatItsShapesSay() throws IOException {
    Path transformer = TinyModels.pixArt().resolve("transformer");
    PixArtConfig config =
        PixArtConfig.fromJson(Files.readString(transformer.resolve("config.json")));
    Footprint paper = config.footprint(new PixArtInput(8, 8, 2, 12));
    assertFits(
        paper,
        TinyModels.pixArt(),
        PipelineOptions.defaults().captionTokens(12).textPrecision(Precision.FLOAT32));
    assertThat(paper.parameters())
        .isEqualTo(
            numbers(
                transformer.resolve("diffusion_pytorch_model.safetensors"),
                Set.of("caption_projection.y_embedding", "pos_embed.pos_embed")));
  }

  @Test
  void publishedModelsAreAsLargeAsTheirPapersSay() {
    Footprint xl = DitConfig.named("DiT-XL/2", 32).footprint();
    assertThat(xl.parameters() / 1e6).isCloseTo(675, within(1.0));
    // 118.6 billion multiply-accumulates, which the paper calls Gflops.
    assertThat(xl.cost().full() / 1e9).isCloseTo(118.6, within(0.2));
    Footprint larger = DitConfig.named("DiT-XL/2", 64).footprint();
    assertThat(larger.cost().full() / 1e9).isCloseTo(524.6, within(1.0));
    assertThat(UvitConfig.named("U-ViT-H/2", 32).footprint().parameters() / 1e6)
        .isCloseTo(501, within(1.0));
  }

  @Test
  void memoryIsWeightsCacheAndActivations() {
    Footprint xl = DitConfig.named("DiT-XL/2", 32).footprint();
    CachePlan full = CachePlan.ofSteps(4, 56, step -> true);
    CachePlan interval = CachePlan.ofSteps(4, 56, step -> step % 2 == 0);
    // 252 MiB, as the sampler tells of two guided images.
    long cache = 252L << 20;
    long whole = xl.peakBytes(Precision.FLOAT32, full, 4);
    assertThat(xl.peakBytes(Precision.FLOAT32, interval, 4) - whole).isEqualTo(cache);
    assertThat(whole - xl.peakBytes(Precision.BFLOAT16, full, 4)).isEqualTo(2 * xl.parameters());
    assertThat(whole - xl.weightBytes(Precision.FLOAT32))
        .isEqualTo(10L * 4 * 256 * (2 * 1152 + 2 * 4608));
    Footprint larger = DitConfig.named("DiT-XL/2", 128).footprint();
    assertThat(larger.peakBytes(Precision.FLOAT32, full, 4) - larger.weightBytes(Precision.FLOAT32))
        .isEqualTo(larger.activationBytes(4) + (128 << 20));
    assertThat(xl.stepSeconds(4, 4.0 * xl.cost().full())).isEqualTo(1);
  }
}
