package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseLevel;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.diffusion.Samplers;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.StraightPath;
import io.harmonica.dit.LoadedDit;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.router.Router;
import io.harmonica.sit.SitCheckpoint;
import io.harmonica.sit.SitModel;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import io.harmonica.uvit.LoadedUvit;
import io.harmonica.uvit.UvitCheckpoint;
import io.harmonica.uvit.UvitModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The trainer, which knows no model, on those that are no DiT and with samplers of several calls.
 */
final class FamilyTrainingTest {
  private static final int STEPS = 5;
  private static final int CLASSES = 10;

  private static NDManager manager;
  private static SitModel sit;
  private static UvitModel uvit;

  @TempDir Path folder;

  @BeforeAll
  static void open() throws IOException {
    manager = NDManager.newBaseManager("PyTorch");
    LoadedDit flow =
        SitCheckpoint.open(
            golden("sit-tiny/sit.safetensors"), Optional.empty(), Precision.FLOAT32, manager);
    sit = new SitModel(manager, flow.config(), flow.weights());
    LoadedUvit skips =
        UvitCheckpoint.open(
            golden("uvit-tiny/uvit.safetensors"), Optional.empty(), Precision.FLOAT32, manager);
    uvit = new UvitModel(manager, skips.config(), skips.weights());
  }

  @AfterAll
  static void close() {
    sit.close();
    uvit.close();
    manager.close();
  }

  private static Path golden(String name) {
    try {
      return Path.of(FamilyTrainingTest.class.getResource("/goldens/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SamplingSetup setup(String family, String sampler) {
    return family.equals("sit")
        ? setup(
            sit,
            sampler,
            StraightPath.INSTANCE,
            new Guidance(1.5, 3),
            (owner, random, count) ->
                sit.condition(owner, random.ints(count, 0, CLASSES).toArray()))
        : setup(
            uvit,
            sampler,
            uvit.config().path(),
            uvit.config().guidance(0.4),
            (owner, random, count) ->
                uvit.condition(owner, random.ints(count, 0, CLASSES).toArray()));
  }

  private static SamplingSetup setup(
      Denoiser model,
      String sampler,
      NoisePath path,
      Guidance guidance,
      ConditioningSource labels) {
    return new SamplingSetup(
        model,
        ModelIdentity.named("tiny"),
        (steps, seed) -> Samplers.parse(sampler, path, steps, false, seed),
        STEPS,
        guidance,
        new Shape(4, 8, 8),
        labels);
  }

  private static SdtResult run(SamplingSetup setup, float[][] logits) {
    float[] ones = new float[STEPS];
    Arrays.fill(ones, 1);
    TrainableRouter router = TrainableRouter.of(logits);
    SdtObjective objective =
        new SdtObjective(ones, 0.01, router.branches(), 0.5, StudentRule.BLEND);
    try (NDManager scope = manager.newSubManager()) {
      NDArray noise = Noise.normal(scope, new Random(8), setup.batch(2));
      try (GuidedDenoiser model =
          new GuidedDenoiser(
              scope,
              setup.denoiser(),
              setup.conditioning().draw(scope, new Random(9), 2),
              setup.guidance())) {
        return new SdtTrajectory(model, setup.sampler(0), router, objective)
            .run(scope, noise, SdtTrajectory.SampleListener.NONE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sit, heun", "uvit, dpm-singlestep"})
  void gradientsAreThoseOfTheLoss(String family, String sampler) {
    SamplingSetup setup = setup(family, sampler);
    int branches = setup.layout().branches();
    float[][] logits = new float[STEPS][branches];
    Random random = new Random(4);
    for (float[] row : logits) {
      Noise.fill(random, row);
    }
    SdtResult at = run(setup, logits);
    int step = 3;
    float largest = 0;
    for (float slope : at.gradient()[step]) {
      largest = Math.max(largest, Math.abs(slope));
    }
    assertThat(largest).isPositive();
    for (int branch = 0; branch < branches; branch++) {
      float distance = 0.05f;
      float before = logits[step][branch];
      logits[step][branch] = before + distance;
      double above = run(setup, logits).loss()[step];
      logits[step][branch] = before - distance;
      double below = run(setup, logits).loss()[step];
      logits[step][branch] = before;
      double slope = (above - below) / (2 * distance);
      assertThat(slope)
          .as("branch %d", branch)
          .isCloseTo(at.gradient()[step][branch], within(0.02 * largest));
    }
  }

  private static RouterTrainer trainer(SamplingSetup setup) {
    return new RouterTrainer(
        setup,
        new RouterTrainerConfig(
            4,
            2,
            1,
            0.05,
            1e-4,
            0.5,
            8,
            ImageErrorProxy.LEAVE_ONE_OUT,
            LambdaRule.CALIBRATED,
            StudentRule.BLEND,
            new TaylorForecast(0),
            Optional.empty(),
            11));
  }

  @ParameterizedTest
  @CsvSource({"sit, sde", "uvit, dpm-fast"})
  void killedAndResumedEndsAsOneThatRanThrough(String family, String sampler) throws IOException {
    SamplingSetup setup = setup(family, sampler);
    CheckpointPlan saving = new CheckpointPlan(folder.resolve("state.safetensors"), 1, true);
    TrainingListener killer = afterTrajectory(trajectory -> kill(trajectory == 3));
    assertThatThrownBy(() -> trainer(setup).trainState(manager, saving, killer))
        .hasMessage("killed");
    TrainableRouter resumed = trainer(setup).trainState(manager, saving, TrainingListener.NONE);
    Set<Integer> arrays = new HashSet<>();
    TrainableRouter whole =
        trainer(setup)
            .trainState(
                manager,
                afterTrajectory(trajectory -> arrays.add(manager.getManagedArrays().size())));
    assertThat(resumed.state().logits()).isDeepEqualTo(whole.state().logits());
    assertThat(resumed.state().first()).isDeepEqualTo(whole.state().first());
    assertThat(whole.state().updates()).containsExactly(0, 4, 4, 4, 4);
    // A trajectory in which the proxy is measured holds more than one in which it is not.
    assertThat(arrays).hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sit", "uvit"})
  void learningToCacheMixesImageAndNoiseAsTheModelsPathDoes(String family) {
    SamplingSetup plain = setup(family, "ddim");
    List<float[]> x = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    Denoiser asked =
        new WatchedDenoiser(
            plain.denoiser(),
            (sample, timestep, labels) -> {
              x.add(sample.toFloatArray());
              times.add(timestep);
            });
    NoisePath path = family.equals("sit") ? StraightPath.INSTANCE : uvit.config().path();
    SamplingSetup setup = setup(asked, "ddim", path, plain.guidance(), plain.conditioning());
    float[] ones = new float[(int) setup.batch(2).size()];
    Arrays.fill(ones, 1);
    ImageSource images =
        (owner, random, count) ->
            new ImageSource.Batch(
                owner.create(ones, setup.batch(count)),
                setup.conditioning().draw(owner, random, count));
    LearningToCacheConfig config = new LearningToCacheConfig(3, 2, 0.1, 1e-5, 0.5, 0, 7);
    Router router =
        new LearningToCacheTrainer(setup, images, config).train(manager, TrainingListener.NONE);
    assertThat(setup.unguided().plan(router)).isEqualTo(router.uncheckedPlan());
    // The mean of the images is 1 and that of the noise nearly 0, so the mean tells alpha.
    NoiseLevel level = path.level(times.get(0));
    double[] mixed = new double[x.get(0).length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = x.get(0)[i];
    }
    double mean = Arrays.stream(mixed).average().orElseThrow();
    double variance =
        Arrays.stream(mixed).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertThat(mean).isCloseTo(level.alpha(), within(0.15 * level.sigma() + 1e-6));
    assertThat(Math.sqrt(variance)).isCloseTo(level.sigma(), within(0.15 * level.sigma() + 1e-6));
  }

  private static TrainingListener afterTrajectory(IntConsumer told) {
    return new TrainingListener() {
      @Override
      public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
        told.accept(progress.trajectory());
      }
    };
  }

  private static void kill(boolean now) {
    if (now) {
      throw new UnsupportedOperationException("killed");
    }
  }
}
