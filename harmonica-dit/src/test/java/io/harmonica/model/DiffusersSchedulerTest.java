package io.harmonica.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DdpmSampler;
import io.harmonica.diffusion.DpmSolverSampler;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Prediction;
import io.harmonica.diffusion.SaSolverSampler;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scheduler configurations: what they give, and what is refused. */
final class DiffusersSchedulerTest {
  private static final NoiseSchedule NOISE = NoiseSchedule.linear();

  @TempDir Path folder;

  private static String config(String... members) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < members.length; i += 2) {
      json.add(members[i], JsonParser.parseString(members[i + 1]));
    }
    return json.toString();
  }

  private static Sampler sampler(int steps, String... members) {
    return DiffusersScheduler.fromJson(config(members)).sampler(steps, 0);
  }

  private static int[] times(Sampler sampler) {
    return IntStream.range(0, sampler.schedule().steps())
        .map(step -> (int) sampler.schedule().timestep(step))
        .toArray();
  }

  @Test
  void readsThePublishedConfiguration() throws IOException {
    Path pipeline = Goldens.folder("pixart-tiny");
    assertThat(DiffusersScheduler.isIn(pipeline)).isTrue();
    DiffusersScheduler scheduler = DiffusersScheduler.open(pipeline);
    assertThat(scheduler.noise().name()).isEqualTo("linear");
    Sampler sampler = scheduler.sampler(4, 0);
    assertThat(sampler).isInstanceOf(DpmSolverSampler.class);
    assertThat(times(sampler)).containsExactly(999, 749, 500, 250);
    assertThat(sampler.schedule().alphaBarAfter(3)).isEqualTo(1);
  }

  @Test
  void missingSettingsAreDiffusersDefaults() {
    String name = "_class_name";
    Sampler dpm = sampler(4, name, "\"DPMSolverMultistepScheduler\"");
    assertThat(dpm).isInstanceOf(DpmSolverSampler.class);
    assertThat(times(dpm)).containsExactly(999, 749, 500, 250);
    Sampler ddim = sampler(4, name, "\"DDIMScheduler\"");
    assertThat(ddim).isInstanceOf(DdimSampler.class);
    assertThat(times(ddim)).containsExactly(750, 500, 250, 0);
    Sampler ddpm = sampler(4, name, "\"DDPMScheduler\"");
    assertThat(ddpm).isInstanceOf(DdpmSampler.class);
    assertThat(times(ddpm)).containsExactly(750, 500, 250, 0);
    Sampler sa = sampler(4, name, "\"SASolverScheduler\"");
    assertThat(sa).isInstanceOf(SaSolverSampler.class);
    assertThat(sa.schedule().alphaBarAfter(3)).isEqualTo(NOISE.alphaBar(0));
  }

  @Test
  void settingsAreHonoured() {
    Sampler trailing =
        sampler(
            4,
            "_class_name",
            "\"DPMSolverMultistepScheduler\"",
            "timestep_spacing",
            "\"trailing\"",
            "final_sigmas_type",
            "\"sigma_min\"");
    assertThat(times(trailing)).containsExactly(999, 749, 499, 249);
    assertThat(trailing.schedule().alphaBarAfter(3)).isEqualTo(NOISE.alphaBar(0));
    DiffusersScheduler cosine =
        DiffusersScheduler.fromJson(
            config("_class_name", "\"DDIMScheduler\"", "beta_schedule", "\"squaredcos_cap_v2\""));
    assertThat(cosine.noise().name()).isEqualTo("cosine");
    assertThat(cosine.sampler(4, 0).schedule().alphaBar(0))
        .isEqualTo(NoiseSchedule.cosine().alphaBar(750));
  }

  /** One step from x = 0 with predicted noise -1, so that the predicted x_0 is far above 1. */
  private static float first(Sampler sampler, int channels) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.zeros(new Shape(1, 1, 1, 1));
      NDArray output = manager.ones(new Shape(1, channels, 1, 1)).mul(-1);
      try (Trajectory trajectory = sampler.start(manager, x, Prediction.NOISE)) {
        trajectory.advance(output);
        return trajectory.x().toFloatArray()[0];
      }
    }
  }

  /** With 30 steps diffusers goes from 966 to 966 - 33, though the next time of its list is 932. */
  @Test
  void ddimOfTrailingSpacingTakesWhatDivides1000() {
    String[] ddim = {"_class_name", "\"DDIMScheduler\"", "timestep_spacing", "\"trailing\""};
    assertThat(times(sampler(4, ddim))).containsExactly(999, 749, 499, 249);
    assertThatThrownBy(() -> sampler(30, ddim))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("steps is 30, expected a divisor of 1000");
    assertThat(sampler(30, "_class_name", "\"DDIMScheduler\"").schedule().steps()).isEqualTo(30);
  }

  @Test
  void clippingIsHonoured() {
    float clipped = first(sampler(4, "_class_name", "\"DDIMScheduler\""), 1);
    float free = first(sampler(4, "_class_name", "\"DDIMScheduler\"", "clip_sample", "false"), 1);
    double bar = NOISE.alphaBar(500);
    assertThat((double) clipped).isLessThan(Math.sqrt(bar) + 1e-6);
    assertThat((double) free).isGreaterThan(Math.sqrt(bar));
  }

  @Test
  void learnedVarianceIsUsedOnlyIfAskedFor() {
    String[] fixed = {"_class_name", "\"DDPMScheduler\"", "clip_sample", "false"};
    String[] learned = {
      "_class_name",
      "\"DDPMScheduler\"",
      "clip_sample",
      "false",
      "variance_type",
      "\"learned_range\""
    };
    // Where the model says -1, what it learned is the smallest variance as well.
    assertThat(first(sampler(4, learned), 2)).isEqualTo(first(sampler(4, fixed), 2));
    assertThat(first(sampler(4, fixed), 2)).isEqualTo(first(sampler(4, fixed), 1));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.zeros(new Shape(1, 1, 1, 1));
      NDArray wide = manager.create(new float[] {0, 1}, new Shape(1, 2, 1, 1));
      float[] results = new float[2];
      for (int i = 0; i < 2; i++) {
        try (Trajectory trajectory =
            sampler(4, i == 0 ? fixed : learned).start(manager, x, Prediction.NOISE)) {
          trajectory.advance(wide);
          results[i] = trajectory.x().toFloatArray()[0];
        }
      }
      assertThat(Math.abs(results[1])).isGreaterThan(Math.abs(results[0]));
    }
  }

  /** A quantile that may not be above 1 is 1: what diffusers does then is clip. */
  @Test
  void thresholdingToOneClips() {
    String[] dpm = {"_class_name", "\"DPMSolverMultistepScheduler\"", "thresholding", "true"};
    assertThat(DiffusersScheduler.fromJson(config(dpm)).clips()).isTrue();
    assertThat(DiffusersScheduler.fromJson(config(dpm[0], dpm[1])).clips()).isFalse();
    assertThat(DiffusersScheduler.fromJson(config("_class_name", "\"DDIMScheduler\"")).clips())
        .isTrue();
    String wide = config(dpm[0], dpm[1], dpm[2], dpm[3], "sample_max_value", "1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersScheduler.fromJson(wide))
        .withMessageContaining("sample_max_value 1.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_class_name | \"EulerDiscreteScheduler\" | _class_name EulerDiscreteScheduler",
        "_class_name | null | _class_name missing",
        "num_train_timesteps | 500 | num_train_timesteps 500, which is not supported; expected 1000",
        "prediction_type | \"v_prediction\" | prediction_type v_prediction",
        "beta_schedule | \"scaled_linear\" | beta_schedule scaled_linear",
        "beta_start | 0.00085 | beta_start 8.5E-4",
        "beta_end | 0.012 | beta_end 0.012",
        "beta_end | \"much\" | beta_end",
        "algorithm_type | \"sde-dpmsolver++\" | algorithm_type sde-dpmsolver++",
        "solver_order | 3 | solver_order 3",
        "solver_type | \"heun\" | solver_type heun",
        "lambda_min_clipped | \"-5.1\" | lambda_min_clipped -5.1",
        "timestep_spacing | \"leading\" | expected linspace or trailing",
        "final_sigmas_type | \"none\" | final_sigmas_type none",
        "use_karras_sigmas | true | use_karras_sigmas",
        "rescale_betas_zero_snr | true | rescale_betas_zero_snr",
        "trained_betas | [0.1] | trained_betas",
        "shiny_new_thing | 3 | shiny_new_thing"
      })
  void refusesWhatItWouldNotFollow(String name, String value, String message) {
    String json = config("_class_name", "\"DPMSolverMultistepScheduler\"", name, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersScheduler.fromJson(json))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DDIMScheduler | timestep_spacing | \"linspace\"",
        "DDIMScheduler | steps_offset | 1",
        "DDIMScheduler | set_alpha_to_one | false",
        "DDIMScheduler | clip_sample_range | 2.0",
        "DDPMScheduler | variance_type | \"fixed_large\"",
        "SASolverScheduler | algorithm_type | \"noise_prediction\"",
        "SASolverScheduler | lower_order_final | false",
        "DPMSolverMultistepScheduler | final_sigmas_type | \"sigma_max\""
      })
  void refusesForEveryClass(String scheduler, String name, String value) {
    String json = config("_class_name", '"' + scheduler + '"', name, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersScheduler.fromJson(json))
        .withMessageContaining(name);
  }

  @Test
  void faultsNameTheFile() throws IOException {
    assertThat(DiffusersScheduler.isIn(folder)).isFalse();
    assertThatThrownBy(() -> DiffusersScheduler.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("scheduler_config.json");
    Path file = Files.createDirectory(folder.resolve("scheduler")).resolve("scheduler_config.json");
    Files.writeString(file, "{\"_class_name\": \"PNDMScheduler\"}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersScheduler.open(folder))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining("PNDMScheduler");
  }
}
