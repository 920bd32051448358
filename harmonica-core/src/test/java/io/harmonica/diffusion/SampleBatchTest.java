package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

/** What batches have in common, and what each has for itself. */
final class SampleBatchTest {
  private static final int STEPS = 4;

  private static SamplingSetup setup() {
    return new SamplingSetup(
        new ToyDenoiser(),
        ModelIdentity.named("toy"),
        (steps, seed) -> Samplers.parse("ddpm", NoiseSchedule.linear(), steps, false, seed),
        STEPS,
        Guidance.NONE,
        new Shape(3, 2, 2),
        (owner, random, count) ->
            new Conditioning(
                new NDList(owner.zeros(new Shape(count), DataType.INT64)), new NDList()));
  }

  private static float[] result(NDManager manager, SampleBatch batch, NDArray noise) {
    try (Trajectory trajectory = batch.sampler().start(manager, noise, Prediction.NOISE)) {
      for (int step = 0; step < STEPS; step++) {
        DenoisingLoop.step(manager, trajectory, (owner, x, time) -> x.mul(0.5f));
      }
      return trajectory.x().toFloatArray();
    }
  }

  @Test
  void aStochasticSamplerAddsNoiseOfTheBatchsOwn() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      SampleBatch first =
          SampleBatch.draw(setup(), manager, RandomStream.CALIBRATION.random(7, 0), 2);
      SampleBatch again =
          SampleBatch.draw(setup(), manager, RandomStream.CALIBRATION.random(7, 0), 2);
      SampleBatch second =
          SampleBatch.draw(setup(), manager, RandomStream.CALIBRATION.random(7, 1), 2);
      float[] reached = result(manager, first, first.noise());
      assertThat(result(manager, again, again.noise())).containsExactly(reached);
      assertThat(result(manager, second, first.noise()))
          .as("from the same x_T, with the noise of another batch")
          .isNotEqualTo(reached);
    }
  }

  @Test
  void everythingIsFreedWithItsOwner() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      int before = manager.getManagedArrays().size();
      try (NDManager scope = manager.newSubManager()) {
        SampleBatch batch = SampleBatch.draw(setup(), scope, RandomStream.TRAINING.random(7, 0), 2);
        assertThat(batch.noise().getShape()).isEqualTo(new Shape(2, 3, 2, 2));
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
