package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import java.util.Map;
import java.util.Random;

/** A DiT of two narrow blocks with random weights, none of them silent. */
final class TinyDit implements AutoCloseable {
  static final DitConfig CONFIG = new DitConfig(8, 2, 4, 32, 2, 2, 4, 10, 0.1, true);

  final NDManager manager = NDManager.newBaseManager("PyTorch");
  final DitModel model;

  TinyDit() {
    Map<String, NDArray> weights = DitWeights.initialise(manager, CONFIG, 1);
    Random random = new Random(2);
    weights.replaceAll((name, first) -> startsSilent(name) ? loud(first, random) : first);
    model = new DitModel(manager, CONFIG, weights);
  }

  /** What adaLN-Zero starts with zeros, so that an untrained model would predict none. */
  private static boolean startsSilent(String name) {
    return name.contains("adaLN_modulation") || name.startsWith("final_layer.linear");
  }

  private NDArray loud(NDArray zeros, Random random) {
    NDArray values = Noise.normal(manager, random, zeros.getShape());
    values.muli(0.3f);
    zeros.close();
    return values;
  }

  /** Draws labels at random. */
  Conditioning draw(NDManager owner, Random random, int count) {
    return model.condition(owner, random.ints(count, 0, CONFIG.numClasses()).toArray());
  }

  /** A training of this model at a number of steps. */
  RouterTrainer trainer(int steps, RouterTrainerConfig config) {
    return new RouterTrainer(
        model,
        new DdimSampler(NoiseSchedule.linear().respace(steps), false),
        new Guidance(1.5, 3),
        new Shape(4, 8, 8),
        this::draw,
        config);
  }

  /** Kills a training after a trajectory. */
  record Killer(int after) implements TrainingListener {
    @Override
    public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
      if (progress.trajectory() == after) {
        throw new UnsupportedOperationException("killed");
      }
    }
  }

  @Override
  public void close() {
    model.close();
    manager.close();
  }
}
