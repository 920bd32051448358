package io.harmonica.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ModelFit;
import io.harmonica.policy.SmoothCachePolicy;
import io.harmonica.policy.SmoothCacheProfile;
import io.harmonica.train.PixelToy;
import io.harmonica.train.TinyDit;
import org.junit.jupiter.api.Test;

final class SmoothCacheCalibrationTest {
  private static final ModelFit ORIGIN = new ModelFit("m", "", "ddim");

  @Test
  void errorsAreThoseWorkedOutByHand() {
    PixelToy toy = new PixelToy(new double[][] {{1, 4}, {2, 4}, {4, 2}, {8, 1}}, 1, 1);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      SmoothCacheProfile profile =
          SmoothCacheCalibration.measure(
              manager, toy.setup(), 1, 1, SmoothCacheCalibration.MAX_GAP);
      assertThat(profile.origin()).isEqualTo(ORIGIN);
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
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(8);
      int before = dit.manager.getManagedArrays().size();
      SmoothCacheProfile profile = SmoothCacheCalibration.measure(dit.manager, setup, 2, 8, 3);
      assertThat(dit.manager.getManagedArrays()).hasSize(before);
      assertThat(profile.origin()).isEqualTo(setup.fit());
      SmoothCachePolicy policy =
          SmoothCachePolicy.nearest(profile, CachePlan::cacheUtilisation, 0.375);
      CachePlan plan = setup.plan(policy);
      assertThat(plan.cacheUtilisation()).isCloseTo(0.375, within(0.07));
      assertThatThrownBy(() -> SmoothCacheCalibration.measure(dit.manager, setup, 2, 8, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("largest gap is 0");
    }
  }
}
