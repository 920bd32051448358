package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.policy.FullPolicy;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every family keeps; a new one fails until it has an example here. */
final class ModelFamilyContractTest {
  private static final int STEPS = 6;
  private static final List<String> WORDS = List.of("a small red bird", "a city street at night");
  private static final PipelineOptions CLASSES = PipelineOptions.defaults();
  private static final PipelineOptions PROMPTS =
      CLASSES.captionTokens(12).textPrecision(Precision.FLOAT32).prompts(new Prompts(WORDS, ""));

  @TempDir private Path folder;

  /** A model of a family, and how to ask it for two images. */
  private record Example(Path model, PipelineOptions options, ImageRequest request) {
    DiffusionPipeline open() throws IOException {
      return DiffusionPipeline.open(model, options);
    }

    ImageRequest steps(int steps) {
      return request.steps(steps).seed(3);
    }
  }

  private static Map<String, Example> examples() {
    ImageRequest labels = ImageRequest.labels(1, 7);
    ImageRequest prompts = ImageRequest.prompts(WORDS.toArray(String[]::new));
    Map<String, Example> examples = new TreeMap<>();
    examples.put("dit", new Example(TinyModels.dit(), CLASSES, labels));
    examples.put("sit", new Example(golden("sit-tiny/sit.pt"), CLASSES, labels));
    examples.put("uvit", new Example(golden("uvit-tiny/uvit.pth"), CLASSES, labels));
    examples.put("pixart", new Example(TinyModels.pixArt(), PROMPTS, prompts));
    return examples;
  }

  private static Path golden(String name) {
    return Goldens.folder(name);
  }

  private static Stream<Example> models() {
    return examples().values().stream();
  }

  @Test
  void everyFamilyHasAnExampleThatItOpens() throws IOException {
    Map<String, Example> examples = examples();
    for (ModelFamily family : ModelFamilies.all()) {
      Example example = examples.remove(family.name());
      assertThat(example).as(family.name()).isNotNull();
      assertThat(ModelFamilies.of(example.model(), example.options()).name())
          .isEqualTo(family.name());
    }
    assertThat(examples).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelSaysWhatItIs(Example example) throws IOException {
    try (DiffusionPipeline pipeline = example.open()) {
      SamplingSetup setup = pipeline.setup(STEPS);
      assertThat(setup.identity().sha256()).hasSize(64);
      assertThat(setup.sampler(0).schedule().steps()).isEqualTo(STEPS);
      assertThat(setup.guidance().active()).isTrue();
      assertThat(setup.cost().branches()).isEqualTo(setup.layout().branches());
      assertThat(setup.denoiser().featureSize()).isEqualTo(pipeline.model().featureSize());
      assertThat(pipeline.model().settings()).isNotBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theHookIsAskedForEveryBranchInTurn(Example example) throws IOException {
    try (DiffusionPipeline pipeline = example.open();
        NDManager scope = pipeline.manager().newSubManager()) {
      SamplingSetup setup = pipeline.setup(STEPS);
      List<Integer> asked = new ArrayList<>();
      List<Long> sizes = new ArrayList<>();
      CacheHook hook =
          (branch, compute) -> {
            NDArray output = compute.get();
            asked.add(branch);
            sizes.add(output.size());
            return output;
          };
      try (GuidedDenoiser guided =
          new GuidedDenoiser(
              scope,
              setup.denoiser(),
              setup.conditioning().draw(scope, RandomStream.REQUESTS.random(0, 0), 2),
              setup.guidance())) {
        NDArray x = Noise.normal(scope, RandomStream.SAMPLE.random(0, 0), setup.batch(2));
        guided.predict(x, setup.sampler(0).schedule().timestep(0), hook);
      }
      List<Integer> all = Stream.iterate(0, i -> i + 1).limit(setup.layout().branches()).toList();
      assertThat(asked).isEqualTo(all);
      // Two samples, and both halves of a guided batch.
      assertThat(sizes).containsOnly(4 * pipeline.model().featureSize());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRouterGoesInAsAFile(Example example) throws IOException {
    try (DiffusionPipeline pipeline = example.open()) {
      SamplingSetup setup = pipeline.setup(STEPS);
      CachePlan plan = setup.plan(new IntervalPolicy(2)).forecasting(new TaylorForecast(1));
      Path file = folder.resolve("router.safetensors");
      Router.of(plan, RouterProvenance.of(setup, 0.5, 0, Map.of())).write(file);
      Images routed = pipeline.sample(example.steps(STEPS).cache(Router.read(file)));
      assertThat(routed.plan()).isEqualTo(plan);
      assertThat(routed.peakCacheBytes()).isEqualTo(setup.cacheBytes(plan, 2)).isPositive();
      Images full = pipeline.sample(example.steps(STEPS));
      assertThat(Arrays.deepEquals(routed.latents(), full.latents())).isFalse();
      Images computed = pipeline.sample(example.steps(STEPS).cache(new FullPolicy()));
      assertThat(computed.latents()).isDeepEqualTo(full.latents());
      Images other = pipeline.sample(example.steps(STEPS).seed(4));
      assertThat(Arrays.deepEquals(other.latents(), full.latents())).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRouterOfOtherWeightsOrStepsIsRefused(Example example) throws IOException {
    try (DiffusionPipeline pipeline = example.open()) {
      CachePlan plan = pipeline.setup(STEPS).plan(new IntervalPolicy(2));
      RouterProvenance elsewhere =
          new RouterProvenance("elsewhere", "0".repeat(64), "", 1.5, 0.1, 0, "", Map.of());
      ImageRequest foreign = example.steps(STEPS).cache(Router.of(plan, elsewhere));
      assertThatThrownBy(() -> pipeline.sample(foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("elsewhere")
          .hasMessageContaining(pipeline.model().name());
      RouterProvenance here = RouterProvenance.of(pipeline.setup(STEPS), 0.5, 0, Map.of());
      ImageRequest longer = example.steps(STEPS + 2).cache(Router.of(plan, here));
      assertThatThrownBy(() -> pipeline.sample(longer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("steps");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void samplesDependNeitherOnTheirBatchNorOnRunsBefore(Example example) throws IOException {
    try (DiffusionPipeline pipeline = example.open()) {
      ImageRequest request = example.steps(STEPS).cache(new IntervalPolicy(2));
      Images together = pipeline.sample(request.batch(2));
      int arrays = pipeline.manager().getManagedArrays().size();
      Images apart = pipeline.sample(request.batch(1));
      Goldens.assertClose(
          Matrices.flat(apart.latents()), Matrices.flat(together.latents()), "in parts");
      assertThat(pipeline.manager().getManagedArrays()).hasSize(arrays);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void bfloat16IsNearFloat32(Example example) throws IOException {
    Example half =
        new Example(
            example.model(), example.options().precision(Precision.BFLOAT16), example.request());
    try (DiffusionPipeline exact = example.open();
        DiffusionPipeline rounded = half.open()) {
      float[] wanted = Matrices.flat(exact.sample(example.steps(2)).latents());
      float[] found = Matrices.flat(rounded.sample(example.steps(2)).latents());
      double difference = 0;
      double all = 0;
      for (int i = 0; i < wanted.length; i++) {
        difference += (wanted[i] - found[i]) * (double) (wanted[i] - found[i]);
        all += wanted[i] * (double) wanted[i];
      }
      assertThat(Math.sqrt(difference / all)).isPositive().isLessThan(0.05);
      assertThat(rounded.setup(2).fit().modelHash()).isEqualTo(exact.setup(2).fit().modelHash());
    }
  }
}
