package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.PlanRequest;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.router.Router;
import io.harmonica.router.RouterDescription;
import io.harmonica.router.RouterProvenance;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a setup tells before anything is run. */
final class SamplingSetupTest {
  /** Branch 0 keeps two outputs, branch 1 one. */
  private static final CachePlan PLAN =
      CachePlan.of(4, 2, (step, branch) -> step + branch < 2).forecasting(new TaylorForecast(1));

  private final ToyDenoiser toy = new ToyDenoiser();

  /** The toy with features of a size. */
  private record Sized(ToyDenoiser toy, long featureSize) implements Denoiser {
    @Override
    public BranchLayout layout() {
      return toy.layout();
    }

    @Override
    public ComputeCost cost() {
      return toy.cost();
    }

    @Override
    public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
      return toy.predict(x, timestep, conditioning, hook);
    }
  }

  private static SamplingSetup setup(Denoiser denoiser, Guidance guidance) {
    return new SamplingSetup(
        denoiser,
        ModelIdentity.named("toy"),
        (steps, seed) -> Samplers.parse("ddim", NoiseSchedule.linear(), steps, false, seed),
        4,
        guidance,
        new Shape(3, 2, 2),
        (owner, random, count) -> new Conditioning(new NDList(), new NDList()));
  }

  @Test
  void cacheBytesAreThoseOfTheBusiestStep() {
    SamplingSetup setup = setup(new Sized(toy, 12), Guidance.NONE);
    assertThat(PLAN.lifetimes().peak()).isEqualTo(3);
    assertThat(setup.cacheBytes(PLAN, 5)).isEqualTo(3 * 12 * 5 * 4);
    CachePlan full = CachePlan.ofSteps(4, 2, step -> true);
    assertThat(setup.cacheBytes(full, 5)).isZero();
  }

  @Test
  void guidanceTakesTwiceAsMuch() {
    SamplingSetup guided = setup(new Sized(toy, 12), new Guidance(2, 3));
    assertThat(guided.cacheBytes(PLAN, 5)).isEqualTo(2 * 3 * 12 * 5 * 4);
    assertThat(guided.unguided().cacheBytes(PLAN, 5)).isEqualTo(3 * 12 * 5 * 4);
  }

  @Test
  void weightsForHalvesAreRefusedWithoutGuidance() {
    ForecastRule halves =
        (step, branch, history) -> Forecast.ofHalves(new float[] {1}, new float[] {0.5f});
    SamplingSetup guided = setup(toy, new Guidance(2, 3));
    Router router =
        Router.of(PLAN.forecasting(halves), RouterProvenance.of(guided, 0.5, 0, Map.of()));
    assertThat(guided.plan(router)).isEqualTo(router.uncheckedPlan());
    assertThatThrownBy(() -> guided.unguided().plan(router))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the two halves of a guided batch")
        .hasMessageContaining("give the guidance scale");
  }

  @Test
  void weightsThatAreAlikeInBothHalvesNeedNoGuidance() {
    SamplingSetup setup = setup(toy, Guidance.NONE);
    Router router = Router.of(PLAN, RouterProvenance.of(setup, 0.5, 0, Map.of()));
    assertThat(setup.plan(router)).isEqualTo(PLAN);
  }

  /** A rule that does not look at what it is asked for. */
  private record Stubborn(CachePlan always) implements CachePolicy {
    @Override
    public CachePlan plan(PlanRequest request) {
      return always;
    }

    @Override
    public String name() {
      return "stubborn";
    }
  }

  @Test
  void aRulesPlanForAnotherRunIsRefused() {
    SamplingSetup setup = setup(toy, Guidance.NONE);
    assertThat(setup.plan(new Stubborn(PLAN))).isEqualTo(PLAN);
    // As a comparison it would run with twenty steps, and look like any other row.
    assertThatThrownBy(() -> setup.plan(new Stubborn(CachePlan.ofSteps(20, 2, step -> true))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stubborn planned 20 steps of 2 branches")
        .hasMessageContaining("expected the 4 steps and 2 branches");
    assertThatThrownBy(() -> setup.plan(new Stubborn(CachePlan.ofSteps(4, 3, step -> true))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 steps of 3 branches");
  }

  @Test
  void largeModelsDoNotOverflow() {
    SamplingSetup guided = setup(new Sized(toy, 1024 * 1152), new Guidance(2, 3));
    assertThat(guided.cacheBytes(PLAN, 1000)).isEqualTo(3L * 1024 * 1152 * 2000 * 4);
  }

  @Test
  void unknownSizesAreZero() {
    SamplingSetup setup = setup(toy, Guidance.NONE);
    assertThat(toy.featureSize()).isZero();
    assertThat(setup.cacheBytes(PLAN, 5)).isZero();
    assertThat(RouterProvenance.of(setup, 0.5, 0, Map.of()).settings())
        .doesNotContainKey("feature_values");
  }

  @Test
  void aRoutersFileTellsItToo(@TempDir Path folder) throws Exception {
    SamplingSetup setup = setup(new Sized(toy, 12), new Guidance(2, 3));
    RouterProvenance provenance = RouterProvenance.of(setup, 0.5, 0, Map.of());
    assertThat(provenance.settings()).containsEntry("feature_values", "12");
    Path file = folder.resolve("router.safetensors");
    Router.of(PLAN, provenance).write(file);
    Router read = Router.read(file);
    RouterDescription description = RouterDescription.of(read).orElseThrow();
    assertThat(description.featureSize()).isEqualTo(12);
    assertThat(description.cacheBytes(read.uncheckedPlan(), 10))
        .isEqualTo(setup.cacheBytes(PLAN, 5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "many", "", "9223372036854775807", "99999999999999999999"})
  void descriptionsThatLieAreNone(String size) {
    RouterProvenance sound =
        RouterProvenance.of(setup(new Sized(toy, 12), Guidance.NONE), 0.5, 0, Map.of());
    Map<String, String> settings = new TreeMap<>(sound.settings());
    settings.put("feature_values", size);
    RouterProvenance lying = new RouterProvenance("toy", "", "", 1, 0.5, 0, "", settings);
    assertThat(RouterDescription.of(Router.of(PLAN, sound))).isPresent();
    assertThat(RouterDescription.of(Router.of(PLAN, lying))).isEmpty();
  }

  @Test
  void filesFromBeforeTheSizeWasToldAreStillDescribed() {
    RouterProvenance old = RouterProvenance.of(setup(toy, Guidance.NONE), 0.5, 0, Map.of());
    RouterDescription description = RouterDescription.of(Router.of(PLAN, old)).orElseThrow();
    assertThat(description.featureSize()).isZero();
    assertThat(description.layout()).isEqualTo(toy.layout());
  }
}
