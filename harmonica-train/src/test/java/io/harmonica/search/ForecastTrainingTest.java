package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.train.TinyDit;
import io.harmonica.work.ModelBench;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A training of weights against its pieces, run one by one. */
final class ForecastTrainingTest {
  private static final int STEPS = 2;
  private static final long SEED = 4;
  private static final int TRAINING = 2;

  /** Two more than there are batches, so that the first ones come again. */
  private static final int UPDATES = 34;

  /** Samples of an update are drawn in two parts: 64 in all, and other ones for each training. */
  private static WeightPiece piece(int update, int part, CachePlan plan, float... full) {
    long number = TRAINING * 64L + (update % 32) * 2L + part;
    return new WeightPiece(SEED, number, 1, plan, 2, full);
  }

  /** Half the sum of two gradients. */
  private static float[][] mean(float[][] one, float[][] other) {
    float[][] mean = new float[one.length][];
    for (int cell = 0; cell < mean.length; cell++) {
      if (one[cell] != null) {
        mean[cell] = new float[one[cell].length];
        for (int i = 0; i < mean[cell].length; i++) {
          mean[cell][i] = (float) (((double) one[cell][i] + other[cell][i]) / 2);
        }
      }
    }
    return mean;
  }

  /** The image of full computation is that of the same part's batch, however often it returns. */
  @Test
  void updatesFollowTheMeanOfTheirOwnParts() throws IOException {
    try (TinyDit dit = new TinyDit();
        NDManager scope = dit.manager.newSubManager()) {
      ModelBench bench = ModelBench.of(dit.setup(STEPS), scope);
      CachePlan plan =
          CachePlan.ofSteps(STEPS, 4, step -> step < 1).forecasting(new TaylorForecast(0));
      ForecastWeights trained = ForecastWeights.of(plan, 2);
      List<Integer> told = new ArrayList<>();
      int before = dit.manager.getManagedArrays().size();
      new ForecastTraining(dit.setup(STEPS), UPDATES, 2, 2, 2, SEED, Optional.empty())
          .train(scope, trained, TRAINING, now -> told.add(now.updates()));
      assertThat(dit.manager.getManagedArrays()).hasSize(before);
      assertThat(told).hasSize(UPDATES).startsWith(1, 2).endsWith(UPDATES);
      Map<Long, float[]> images = new HashMap<>();
      ForecastWeights expected = ForecastWeights.of(plan, 2);
      for (int update = 0; update < UPDATES; update++) {
        float[][][] gradients = new float[2][][];
        for (int part = 0; part < 2; part++) {
          long number = piece(update, part, plan).number();
          float[] known = images.getOrDefault(number, new float[0]);
          WeightPiece.Found found = piece(update, part, expected.plan(), known).run(bench);
          images.put(number, found.full());
          gradients[part] = found.gradient();
        }
        // The rate falls from 0.003 to nothing along a cosine.
        double rate = 0.0015 * (1 + Math.cos(Math.PI * update / UPDATES));
        expected.update(mean(gradients[0], gradients[1]), rate);
      }
      assertThat(images).hasSize(64);
      assertThat(trained.plan()).isEqualTo(expected.plan()).isNotEqualTo(plan);
    }
  }
}
