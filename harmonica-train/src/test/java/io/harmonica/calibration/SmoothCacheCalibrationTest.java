package io.harmonica.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ModelFit;
import io.harmonica.policy.SmoothCachePolicy;
import io.harmonica.policy.SmoothCacheProfile;
import io.harmonica.train.PixelToy;
import io.harmonica.train.TinyDit;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SmoothCacheCalibrationTest {
  private static final ModelFit ORIGIN = new ModelFit("m", "", "ddim");

  @Test
  void errorsAreThoseWorkedOutByHand() {
    PixelToy toy = new PixelToy(new double[][] {{1, 4}, {2, 4}, {4, 2}, {8, 1}}, 1, 1);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager)) {
      SmoothCacheProfile profile =
          SmoothCacheCalibration.measure(
              manager,
              model,
              toy.sampler(),
              toy.noise(manager),
              SmoothCacheCalibration.MAX_GAP,
              ORIGIN,
              Map.of("seed", "1"));
      assertThat(profile.settings()).containsEntry("seed", "1").containsEntry("samples", "1");
      // Step 1: 1/2 and 0. Step 2: 2/4 and 2/2; 3/4 and 2/2. Step 3, gap 3: 7/8 and 3/1.
      assertThat(profile.error(0, 1, 1)).isCloseTo(0.25f, within(1e-6f));
      assertThat(profile.error(0, 2, 1)).isCloseTo(0.75f, within(1e-6f));
      assertThat(profile.error(0, 2, 2)).isCloseTo(0.875f, within(1e-6f));
      assertThat(profile.error(0, 3, 3)).isCloseTo(1.9375f, within(1e-6f));
      assertThat(profile.error(0, 2, 3)).isZero();
    }
  }

  @Test
  void profileOfAModelPlansWhatItIsAskedFor() {
    Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(8), false);
    try (TinyDit dit = new TinyDit();
        GuidedDenoiser model =
            new GuidedDenoiser(
                dit.manager,
                dit.model,
                dit.model.condition(dit.manager, 3, 7),
                new Guidance(1.5, 3))) {
      NDArray noise = Noise.normal(dit.manager, new Random(8), new Shape(2, 4, 8, 8));
      int before = dit.manager.getManagedArrays().size();
      SmoothCacheProfile profile =
          SmoothCacheCalibration.measure(dit.manager, model, sampler, noise, 3, ORIGIN, Map.of());
      assertThat(dit.manager.getManagedArrays()).hasSize(before);
      SmoothCachePolicy policy =
          SmoothCachePolicy.nearest(profile, CachePlan::cacheUtilisation, 0.375);
      CachePlan plan = policy.plan(8, dit.model.layout());
      assertThat(plan.cacheUtilisation()).isCloseTo(0.375, within(0.07));
      assertThatThrownBy(
              () ->
                  SmoothCacheCalibration.measure(
                      dit.manager, model, sampler, noise, 0, ORIGIN, Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("largest gap is 0");
    }
  }
}
