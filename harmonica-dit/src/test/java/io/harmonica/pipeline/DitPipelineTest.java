package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A class-conditional model of latents from file to samples, against the public code's numbers. */
final class DitPipelineTest {
  private static final int STEPS = 10;

  private DiffusionPipeline pipeline;

  @BeforeEach
  void open() throws IOException {
    pipeline = DiffusionPipeline.open(TinyModels.dit());
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void samplesWhatThePublicCodeSamples() throws IOException {
    TinyModels.assertLast(pipeline.sample(golden()), "dit-tiny", "ddim_trajectory");
  }

  @Test
  void samplesWithAPublicRouterWhatThePublicCodeSamples() throws IOException {
    Router router = Router.read(Goldens.folder("dit-tiny").resolve("router.pt"));
    Images images = pipeline.sample(golden().cache(router.withThreshold(0.1)));
    TinyModels.assertLast(images, "dit-tiny", "cached_ddim_trajectory");
    assertThat(images.plan()).isEqualTo(router.withThreshold(0.1).uncheckedPlan());
    assertThat(images.peakCacheBytes()).isPositive();
  }

  private static ImageRequest golden() throws IOException {
    return TinyModels.request("dit-tiny").steps(STEPS).guidance(1.5).sampler("ddim");
  }

  @Test
  void aSampleDoesNotDependOnItsBatch() throws IOException {
    ImageRequest request = ImageRequest.labels(1, 2, 3, 4, 5).steps(4).seed(7);
    float[][] together = pipeline.sample(request.batch(5)).latents();
    float[][] apart = pipeline.sample(request.batch(2)).latents();
    float[][] automatic = pipeline.sample(request.automaticBatch()).latents();
    float[][] part =
        pipeline.sample(ImageRequest.labels(3, 4).steps(4).seed(7).firstSample(2)).latents();
    Goldens.assertClose(Matrices.flat(apart), Matrices.flat(together), "in parts");
    Goldens.assertClose(Matrices.flat(automatic), Matrices.flat(together), "automatic");
    Goldens.assertClose(part[0], together[2], "as a part of a run");
    assertThat(together[0]).isNotEqualTo(pipeline.sample(request.seed(8)).latents()[0]);
  }

  @Test
  void theListenerSeesEveryStepAndBatch() throws IOException {
    List<Integer> batches = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    SamplingListener listener =
        new SamplingListener() {
          @Override
          public void afterBatch(int finished, double seconds) {
            batches.add(finished);
            assertThat(seconds).isPositive();
          }

          @Override
          public void afterStep(int step, NDArray x, long cacheBytes) {
            steps.add(step);
          }
        };
    pipeline.sample(ImageRequest.labels(1, 2, 3).steps(2).batch(2).listener(listener));
    assertThat(batches).containsExactly(2, 3);
    assertThat(steps).containsExactly(0, 1, 0, 1);
  }

  @Test
  void aRouterOfAnotherModelIsRefused() {
    SamplingSetup setup = pipeline.setup(STEPS);
    RouterProvenance here = RouterProvenance.of(setup, 0.1, 0, Map.of());
    RouterProvenance elsewhere =
        new RouterProvenance("other", "0".repeat(64), "ddim", 1.5, 0.1, 0, "", Map.of());
    CachePlan plan = setup.plan(new IntervalPolicy(2));
    ImageRequest request = ImageRequest.labels(1).steps(STEPS);
    assertThat(setup.plan(Router.of(plan, here))).isEqualTo(plan);
    assertThatThrownBy(() -> pipeline.sample(request.cache(Router.of(plan, elsewhere))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other")
        .hasMessageContaining("dit.safetensors");
    assertThatThrownBy(() -> pipeline.sample(request.steps(8).cache(Router.of(plan, here))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 steps")
        .hasMessageContaining("8");
    assertThatThrownBy(() -> pipeline.sample(request.sampler("ddpm").cache(Router.of(plan, here))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ddpm");
  }

  @Test
  void aSetupSaysWhatTheRunIs() {
    SamplingSetup setup = pipeline.setup(STEPS);
    assertThat(setup.fit().sampler()).isEqualTo("ddim");
    assertThat(setup.guidance().scale()).isEqualTo(1.5);
    assertThat(setup.guidance().channels()).isEqualTo(3);
    assertThat(setup.sample()).isEqualTo(new Shape(4, 8, 8));
    assertThat(setup.identity().sha256()).hasSize(64);
    assertThat(setup.identity().settings()).containsEntry("precision", "float32");
    assertThat(pipeline.setup(STEPS, "dpmpp").withGuidance(3).guidance().scale()).isEqualTo(3);
    assertThatThrownBy(() -> pipeline.setup(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pipeline.setup(4, "euler"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("euler");
  }

  @Test
  void latentsWithoutAnAutoencoderAreNoPictures(@TempDir Path folder) throws IOException {
    Images images = pipeline.sample(ImageRequest.labels(1).steps(2));
    assertThat(images.hasPictures()).isFalse();
    assertThat(images.latentShape()).isEqualTo(new Shape(4, 8, 8));
    assertThatThrownBy(() -> images.write(folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("autoencoder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anAutoencoderMakesPictures(@TempDir Path folder) throws IOException {
    PipelineOptions options =
        PipelineOptions.defaults().autoencoder(TinyModels.pixArt().resolve("vae"));
    try (DiffusionPipeline decoding = DiffusionPipeline.open(TinyModels.dit(), options)) {
      Images images = decoding.sample(ImageRequest.labels(1, 7).steps(2));
      List<Path> files = images.write(folder.resolve("new"));
      assertThat(files)
          .extracting(Path::getFileName)
          .extracting(Path::toString)
          .containsExactly("00000-label1.png", "00001-label7.png");
      assertThat(files).allSatisfy(file -> assertThat(file).isNotEmptyFile());
      assertThat(images.image(1).getWidth()).isEqualTo(16);
      assertThat(images.djlImage(0).getHeight()).isEqualTo(16);
      assertThat(decoding.sample(ImageRequest.labels(1).steps(2).latentsOnly()).hasPictures())
          .isFalse();
    }
  }

  @Test
  void aFolderBringsItsAutoencoder(@TempDir Path folder) throws IOException {
    TinyModels.copyWithAutoencoder("dit-tiny", "dit.safetensors", folder);
    try (DiffusionPipeline found = DiffusionPipeline.open(folder)) {
      assertThat(found.decoder().makesPictures()).isTrue();
      assertThat(found.model().name()).isEqualTo(folder.getFileName().toString());
    }
    try (DiffusionPipeline without =
        DiffusionPipeline.open(folder, PipelineOptions.defaults().withoutAutoencoder())) {
      assertThat(without.decoder().makesPictures()).isFalse();
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> pipeline.sample(ImageRequest.prompts("a red bird")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("knows classes and no words");
    assertThatThrownBy(() -> pipeline.sample(ImageRequest.labels(10).steps(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 0 to 9");
    assertThatThrownBy(() -> pipeline.sample(ImageRequest.classes("otter")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have no names");
    assertThatThrownBy(() -> pipeline.sample(ImageRequest.labels()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no image is asked for");
    assertThatThrownBy(
            () -> pipeline.sample(ImageRequest.labels(1).noise(new float[2][TinyModels.SIZE])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 1 rows");
    assertThatThrownBy(() -> ImageRequest.labels(1).batch(0))
        .isInstanceOf(IllegalArgumentException.class);
    PipelineOptions tall = PipelineOptions.defaults().height(64);
    assertThatThrownBy(() -> DiffusionPipeline.open(TinyModels.dit(), tall))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("height");
    PipelineOptions unknown = PipelineOptions.defaults().family("gan");
    assertThatThrownBy(() -> DiffusionPipeline.open(TinyModels.dit(), unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gan")
        .hasMessageContaining("pixart, ")
        .hasMessageEndingWith(", dit");
  }

  @Test
  void numbersAreClassesToo() throws IOException {
    Images byNumber = pipeline.sample(ImageRequest.classes("3").steps(2));
    Images byLabel = pipeline.sample(ImageRequest.labels(3).steps(2));
    assertThat(byNumber.latents()).isDeepEqualTo(byLabel.latents());
    assertThat(byNumber.title(0)).isEqualTo("label 3");
  }

  @Test
  void precisionIsAnOption() throws IOException {
    PipelineOptions options = PipelineOptions.defaults().precision(Precision.BFLOAT16);
    try (DiffusionPipeline half = DiffusionPipeline.open(TinyModels.dit(), options)) {
      assertThat(half.model().precision()).isEqualTo(Precision.BFLOAT16);
      assertThat(half.sample(ImageRequest.labels(1).steps(2)).latents()[0])
          .doesNotContain(Float.NaN);
    }
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    ImageRequest request = ImageRequest.labels(1, 2).steps(3).cache(new IntervalPolicy(2));
    pipeline.sample(request);
    int before = pipeline.manager().getManagedArrays().size();
    pipeline.sample(request);
    pipeline.sample(request);
    assertThat(pipeline.manager().getManagedArrays()).hasSize(before);
  }
}
