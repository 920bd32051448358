package io.harmonica.model;

import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DdpmSampler;
import io.harmonica.diffusion.DpmSolverSampler;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SaSolverSampler;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.StepNoise;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.diffusion.TimestepSpacing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the {@code scheduler_config.json} of a diffusers pipeline asks for: a noise schedule and a
 * sampler. Settings that would change the samples in a way that no sampler here follows are
 * refused.
 */
public final class DiffusersScheduler {
  /** The configuration's name within the pipeline's folder {@code scheduler}. */
  public static final String FILE = "scheduler_config.json";

  private static final String PART = "scheduler";

  /** Makes a sampler for a number of steps, with a seed for the noise it adds. */
  @FunctionalInterface
  private interface Recipe {
    Sampler make(int steps, long seed);
  }

  /** Reads what a class of schedulers has beside the settings that all share. */
  @FunctionalInterface
  private interface Reader {
    Recipe read(SchedulerSettings settings, NoiseSchedule noise, boolean clip);
  }

  private static final Map<String, Reader> CLASSES = new LinkedHashMap<>();

  static {
    CLASSES.put("DPMSolverMultistepScheduler", DiffusersScheduler::dpmSolver);
    CLASSES.put("DDIMScheduler", DiffusersScheduler::ddim);
    CLASSES.put("DDPMScheduler", DiffusersScheduler::ddpm);
    CLASSES.put("SASolverScheduler", DiffusersScheduler::saSolver);
  }

  /** Those that clip unless they are told not to; the others have no such setting. */
  private static final Set<String> CLIPPING = Set.of("DDIMScheduler", "DDPMScheduler");

  private final NoiseSchedule noise;
  private final boolean clips;
  private final Recipe recipe;

  private DiffusersScheduler(NoiseSchedule noise, boolean clips, Recipe recipe) {
    this.noise = noise;
    this.clips = clips;
    this.recipe = recipe;
  }

  /**
   * Reads the configuration of a pipeline.
   *
   * @param pipeline the pipeline's folder
   * @return the scheduler
   * @throws IOException if the file is missing or cannot be read
   * @throws IllegalArgumentException if it is unsound, or asks for what is not supported; the
   *     message names the setting
   */
  public static DiffusersScheduler open(Path pipeline) throws IOException {
    Path file = pipeline.resolve(PART).resolve(FILE);
    String json = ModelFiles.readConfig(file);
    try {
      return fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Tells whether a folder is a pipeline's with a scheduler.
   *
   * @param pipeline a folder
   * @return true if {@link #open} will find a file
   */
  public static boolean isIn(Path pipeline) {
    return Files.isRegularFile(pipeline.resolve(PART).resolve(FILE));
  }

  /**
   * Reads a configuration.
   *
   * @param json the text
   * @return the scheduler
   * @throws IllegalArgumentException if it is no JSON, is unsound, or asks for what is not
   *     supported; the message names the setting
   */
  public static DiffusersScheduler fromJson(String json) {
    SchedulerSettings settings = new SchedulerSettings(ModelJson.parse(json));
    String name = settings.oneOf("_class_name", "", CLASSES.keySet());
    NoiseSchedule noise = noise(settings);
    boolean thresholds = thresholds(settings);
    boolean clip = (CLIPPING.contains(name) && clip(settings)) || thresholds;
    Recipe recipe = CLASSES.get(name).read(settings, noise, clip);
    settings.refuseOthers();
    return new DiffusersScheduler(noise, clip, recipe);
  }

  private static NoiseSchedule noise(SchedulerSettings settings) {
    settings.only("num_train_timesteps", NoiseSchedule.TRAIN_TIMES);
    settings.only("prediction_type", "epsilon");
    String name = settings.oneOf("beta_schedule", "linear", Set.of("linear", "squaredcos_cap_v2"));
    if (name.equals("squaredcos_cap_v2")) {
      settings.ignore("beta_start", "beta_end");
      return NoiseSchedule.cosine();
    }
    settings.only("beta_start", 1e-4);
    settings.only("beta_end", 0.02);
    return NoiseSchedule.linear();
  }

  private static TimestepSpacing spacing(
      SchedulerSettings settings, String otherwise, Map<String, TimestepSpacing> known) {
    String name = settings.oneOf("timestep_spacing", otherwise, known.keySet());
    TimestepSpacing spacing = known.get(name);
    if (spacing == TimestepSpacing.LEADING) {
      settings.only("steps_offset", 0);
    } else {
      settings.ignore("steps_offset");
    }
    return spacing;
  }

  /** The rules under which diffusers' multistep solvers and ours pick the same times. */
  private static TimestepSpacing solverSpacing(SchedulerSettings settings) {
    return spacing(
        settings,
        "linspace",
        Map.of("linspace", TimestepSpacing.LINSPACE, "trailing", TimestepSpacing.TRAILING));
  }

  /**
   * The rules under which diffusers' DDPM steps from each time to the next of the list. Its DDIM
   * steps by 1000 / T rounded down, which under trailing is the same only if T divides 1000.
   */
  private static TimestepSpacing stridedSpacing(SchedulerSettings settings) {
    return spacing(
        settings,
        "leading",
        Map.of("leading", TimestepSpacing.LEADING, "trailing", TimestepSpacing.TRAILING));
  }

  private static Recipe dpmSolver(SchedulerSettings settings, NoiseSchedule noise, boolean clip) {
    settings.only("algorithm_type", "dpmsolver++");
    settings.only("solver_order", 2);
    settings.only("solver_type", "midpoint");
    settings.only("lambda_min_clipped", "-Infinity");
    String end = settings.oneOf("final_sigmas_type", "zero", Set.of("zero", "sigma_min"));
    if (end.equals("zero")) {
      // The last step is of first order anyhow.
      settings.ignore("lower_order_final", "euler_at_final");
    } else {
      settings.only("lower_order_final", true);
      settings.only("euler_at_final", false);
    }
    settings.ignore("variance_type", "flow_shift", "time_shift_type");
    TimestepSpacing spacing = solverSpacing(settings);
    return (steps, seed) -> {
      StepSchedule schedule = noise.respace(steps, spacing);
      return new DpmSolverSampler(
          end.equals("zero") ? schedule : schedule.endingAt(noise.alphaBar(0)), clip);
    };
  }

  private static Recipe ddim(SchedulerSettings settings, NoiseSchedule noise, boolean clip) {
    settings.only("set_alpha_to_one", true);
    TimestepSpacing spacing = stridedSpacing(settings);
    return (steps, seed) -> {
      StepSchedule schedule = noise.respace(steps, spacing);
      if (spacing == TimestepSpacing.TRAILING && NoiseSchedule.TRAIN_TIMES % steps != 0) {
        throw new IllegalArgumentException(
            "steps is %d, expected a divisor of %d, which this scheduler's trailing spacing needs"
                .formatted(steps, NoiseSchedule.TRAIN_TIMES));
      }
      return new DdimSampler(schedule, clip);
    };
  }

  private static Recipe ddpm(SchedulerSettings settings, NoiseSchedule noise, boolean clip) {
    String variance =
        settings.oneOf("variance_type", "fixed_small", Set.of("fixed_small", "learned_range"));
    TimestepSpacing spacing = stridedSpacing(settings);
    return (steps, seed) -> {
      StepSchedule schedule = noise.respace(steps, spacing);
      StepNoise added = StepNoise.seeded(seed);
      return variance.equals("fixed_small")
          ? DdpmSampler.fixedSmall(schedule, clip, added)
          : new DdpmSampler(schedule, clip, added);
    };
  }

  /**
   * Dynamic thresholding (Saharia et al., 2022) by a quantile that may not be above 1 is clipping
   * to [-1, 1], which is right for pixels.
   */
  private static boolean thresholds(SchedulerSettings settings) {
    boolean thresholding = settings.flag("thresholding", false);
    if (thresholding) {
      settings.only("sample_max_value", 1.0);
    } else {
      settings.ignore("sample_max_value");
    }
    settings.ignore("dynamic_thresholding_ratio");
    return thresholding;
  }

  private static boolean clip(SchedulerSettings settings) {
    boolean clip = settings.flag("clip_sample", true);
    if (clip) {
      settings.only("clip_sample_range", 1.0);
    } else {
      settings.ignore("clip_sample_range");
    }
    return clip;
  }

  private static Recipe saSolver(SchedulerSettings settings, NoiseSchedule noise, boolean clip) {
    settings.only("algorithm_type", "data_prediction");
    settings.only("lower_order_final", true);
    settings.ignore("variance_type");
    SaSolverSampler.Settings standard = SaSolverSampler.Settings.standard();
    SaSolverSampler.Settings orders =
        new SaSolverSampler.Settings(
            settings.integer("predictor_order", standard.predictorOrder()),
            settings.integer("corrector_order", standard.correctorOrder()),
            standard.tau());
    TimestepSpacing spacing = solverSpacing(settings);
    return (steps, seed) ->
        new SaSolverSampler(
            noise.respace(steps, spacing).endingAt(noise.alphaBar(0)),
            orders,
            clip,
            StepNoise.seeded(seed));
  }

  /** {@return the noise schedule that the model was trained with} */
  public NoiseSchedule noise() {
    return noise;
  }

  /** {@return whether samplers clip the predicted x_0 to [-1, 1], right for pixels alone} */
  public boolean clips() {
    return clips;
  }

  /**
   * Makes the sampler.
   *
   * @param steps number of steps T
   * @param seed of the noise that stochastic samplers add
   * @return the sampler
   * @throws IllegalArgumentException if T is out of range
   */
  public Sampler sampler(int steps, long seed) {
    return recipe.make(steps, seed);
  }
}
