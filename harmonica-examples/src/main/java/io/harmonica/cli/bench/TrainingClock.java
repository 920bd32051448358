package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Prediction;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.util.EnumMap;
import java.util.Map;

/**
 * Splits the time of a real router training into its parts, by standing between the trainer and its
 * model and sampler. The parts follow each other, so a part ends where the next one begins.
 */
final class TrainingClock implements TrainingListener {
  /** The parts of a training trajectory. */
  enum Part {
    /** The measurement of the image error proxy. */
    REFRESH,
    /** The first step, which fills the cache. */
    FILL,
    /** Full forward passes, with the small things between two steps. */
    TEACHER,
    /** Forward passes through the router. */
    STUDENT,
    /** Guidance and loss of the student, and the backward pass. */
    BACKWARD,
    /** The sampler's steps. */
    SAMPLER,
    /** Reading the gradients back and the router's optimiser. */
    UPDATE
  }

  private final Workbench bench;
  private final Map<Part, Double> seconds = new EnumMap<>(Part.class);
  private Part running = Part.REFRESH;
  private double since;

  TrainingClock(Workbench bench) {
    this.bench = bench;
  }

  /** Starts the clock right before a trajectory that begins with a refresh. */
  void start() {
    since = bench.clock().seconds();
  }

  private void enter(Part next) {
    // A part has taken what it takes when the device has done it.
    bench.finish();
    double now = bench.clock().seconds();
    seconds.merge(running, now - since, Double::sum);
    since = now;
    running = next;
  }

  double seconds(Part part) {
    return seconds.getOrDefault(part, 0.0);
  }

  @Override
  public void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {
    enter(Part.FILL);
  }

  @Override
  public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
    enter(Part.REFRESH);
  }

  /** The run, with its forward passes and sampler steps watched. */
  SamplingSetup watch(SamplingSetup setup) {
    return new SamplingSetup(
        watch(setup.denoiser()),
        setup.identity(),
        (steps, seed) -> watch(setup.samplers().make(steps, seed)),
        setup.steps(),
        setup.guidance(),
        setup.sample(),
        setup.conditioning());
  }

  /** The model, with its forward passes told apart by their hooks. */
  private Denoiser watch(Denoiser model) {
    return new Denoiser() {
      @Override
      public BranchLayout layout() {
        return model.layout();
      }

      @Override
      public ComputeCost cost() {
        return model.cost();
      }

      @Override
      public Prediction prediction() {
        return model.prediction();
      }

      @Override
      public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
        if (running == Part.REFRESH || running == Part.FILL) {
          return model.predict(x, timestep, conditioning, hook);
        }
        enter(hook == CacheHook.COMPUTE ? Part.TEACHER : Part.STUDENT);
        NDArray output = model.predict(x, timestep, conditioning, hook);
        if (running == Part.STUDENT) {
          enter(Part.BACKWARD);
        }
        return output;
      }
    };
  }

  /** The sampler, whose steps end the parts of a training step. */
  private Sampler watch(Sampler sampler) {
    return new Sampler() {
      @Override
      public String name() {
        return sampler.name();
      }

      @Override
      public StepSchedule schedule() {
        return sampler.schedule();
      }

      @Override
      public Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
        return running == Part.REFRESH
            ? sampler.start(parent, noise, prediction)
            : new Watched(sampler.start(parent, noise, prediction));
      }
    };
  }

  private final class Watched implements Trajectory {
    private final Trajectory trajectory;

    Watched(Trajectory trajectory) {
      this.trajectory = trajectory;
    }

    @Override
    public int step() {
      return trajectory.step();
    }

    @Override
    public double timestep() {
      return trajectory.timestep();
    }

    @Override
    public NDArray x() {
      return trajectory.x();
    }

    @Override
    public void advance(NDArray output) {
      enter(Part.SAMPLER);
      trajectory.advance(output);
      enter(Part.UPDATE);
    }

    @Override
    public void replace(NDArray x) {
      trajectory.replace(x);
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return trajectory.fork(parent);
    }

    @Override
    public void close() {
      trajectory.close();
    }
  }
}
