package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import io.harmonica.files.LibraryVersion;
import io.harmonica.router.Router;
import io.harmonica.router.RouterDescription;
import io.harmonica.router.RouterProvenance;
import java.util.Map;
import java.util.Random;

/** A DiT of two narrow blocks with random weights, none of them silent. */
public final class TinyDit implements AutoCloseable {
  /** The name and hash that its routers are trained for. */
  public static final ModelIdentity IDENTITY = new ModelIdentity("tiny", "0123abcd", Map.of());

  static final DitConfig CONFIG = new DitConfig(8, 2, 4, 32, 2, 2, 4, 10, 0.1, true);

  public final NDManager manager = NDManager.newBaseManager("PyTorch");
  public final DitModel model;

  public TinyDit() {
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

  /** DDIM with guidance on this model. */
  public SamplingSetup setup(int steps) {
    return setup(model, IDENTITY, steps);
  }

  /** The same on another model of the same kind, or under another name. */
  public SamplingSetup setup(Denoiser denoiser, ModelIdentity identity, int steps) {
    return new SamplingSetup(
        denoiser,
        identity,
        (count, seed) -> new DdimSampler(NoiseSchedule.linear().respace(count), false),
        steps,
        new Guidance(1.5, 3),
        new Shape(4, 8, 8),
        this::draw);
  }

  /** That a router says what it belongs to, as every training here does. */
  public void assertProvenance(Router router, double threshold, long seed) {
    RouterProvenance provenance = router.provenance();
    assertThat(provenance.fit()).isEqualTo(setup(router.steps()).fit());
    assertThat(provenance.modelHash()).isEqualTo(IDENTITY.sha256()).isNotEmpty();
    assertThat(provenance.threshold()).isEqualTo(threshold);
    assertThat(provenance.seed()).isEqualTo(seed);
    assertThat(provenance.libraryVersion()).isEqualTo(LibraryVersion.text());
    assertThat(provenance.settings()).containsEntry("steps", Integer.toString(router.steps()));
    RouterDescription description = RouterDescription.of(router).orElseThrow();
    assertThat(description.layout()).isEqualTo(model.layout());
    assertThat(description.cost().fixed()).isEqualTo(model.cost().fixed());
    for (int branch = 0; branch < router.branches(); branch++) {
      assertThat(description.cost().branch(branch)).isEqualTo(model.cost().branch(branch));
    }
  }

  /** A training of this model at a number of steps. */
  RouterTrainer trainer(int steps, RouterTrainerConfig config) {
    return new RouterTrainer(setup(steps), config);
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
