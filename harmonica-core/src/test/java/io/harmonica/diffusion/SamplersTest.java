package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SamplersTest {
  private static final NoiseSchedule NOISE = NoiseSchedule.cosine();

  @Test
  void everyNameGivesTheSamplerOfThatName() {
    assertThat(Samplers.names())
        .containsExactly(
            "ddim",
            "ddpm",
            "dpmpp",
            "sa",
            "euler",
            "heun",
            "sde",
            "sde-sbdm",
            "dpm-singlestep",
            "dpm-fast");
    for (String name : Samplers.names(NOISE)) {
      Sampler sampler = Samplers.parse(name.toUpperCase(Locale.ROOT), NOISE, 6, true, 0);
      assertThat(sampler.name()).isEqualTo(name);
      assertThat(sampler.schedule().steps()).isEqualTo(6);
      assertThat(sampler.schedule().timestep(0)).isEqualTo(999);
    }
  }

  @Test
  void otherNamesAreRefused() {
    assertThatThrownBy(() -> Samplers.parse("plms", NOISE, 6, true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sampler \"plms\" is unknown, expected one of ddim, ddpm, dpmpp, sa, euler, heun, sde,"
                + " sde-sbdm, dpm-singlestep, dpm-fast");
  }

  @Test
  void samplersOfOtherPathsAreRefused() {
    assertThatThrownBy(() -> Samplers.parse("euler", NOISE, 6, true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sampler \"euler\" does not run on a model of the noise path cosine, expected one of"
                + " ddim, ddpm, dpmpp, sa, dpm-singlestep, dpm-fast");
    assertThatThrownBy(() -> Samplers.parse("dpm-fast", StraightPath.INSTANCE, 6, true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sampler \"dpm-fast\" does not run on a model of the noise path flow, expected one of"
                + " ddim, ddpm, dpmpp, sa, euler, heun, sde, sde-sbdm");
  }

  @Test
  void seededNoiseDependsOnSeedAndStepAndNotOnTheBatch() {
    try (NDManager manager = NDManager.newBaseManager()) {
      StepNoise noise = StepNoise.seeded(4);
      float[] two = noise.draw(manager, 3, new Shape(2, 1, 2, 2)).toFloatArray();
      float[] one = noise.draw(manager, 3, new Shape(1, 1, 2, 2)).toFloatArray();
      assertThat(two).startsWith(one);
      assertThat(noise.draw(manager, 2, new Shape(1, 1, 2, 2)).toFloatArray()).isNotEqualTo(one);
      assertThat(StepNoise.seeded(5).draw(manager, 3, new Shape(1, 1, 2, 2)).toFloatArray())
          .isNotEqualTo(one);
    }
  }

  @Test
  void givenNoiseIsPlayedBack() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray recorded = manager.arange(24f).reshape(3, 2, 1, 2, 2);
      NDArray drawn = StepNoise.given(recorded).draw(manager, 1, new Shape(1, 1, 2, 2));
      assertThat(drawn.toFloatArray()).containsExactly(8, 9, 10, 11);
      assertThat(drawn.getShape()).isEqualTo(new Shape(1, 1, 2, 2));
    }
  }
}
