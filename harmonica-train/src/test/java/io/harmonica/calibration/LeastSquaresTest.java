package io.harmonica.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Noise;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.TaylorForecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights of past outputs, on outputs whose best weights are known. */
final class LeastSquaresTest {
  private static final Shape SHAPE = new Shape(4, 8, 16);

  private final Random random = new Random(3);

  private NDArray noise(NDManager manager) {
    return Noise.normal(manager, random, SHAPE);
  }

  @Test
  void combinationsOfThePastAreFound() {
    float[] wanted = {1.75f, -0.5f, -0.375f};
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      List<NDArray> past = List.of(noise(manager), noise(manager), noise(manager));
      NDArray fresh = past.get(0).mul(wanted[0]);
      for (int i = 1; i < wanted.length; i++) {
        fresh = fresh.add(past.get(i).mul(wanted[i]));
      }
      int arrays = manager.getManagedArrays().size();
      assertThat(LeastSquares.weights(fresh, past)).containsExactly(wanted, within(1e-5f));
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  /** Outputs that move by a thousandth from step to step still tell their weights. */
  @Test
  void whatIsLinearInTheStepGetsTaylorsWeights() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray start = noise(manager);
      NDArray slope = noise(manager).mul(1e-3f);
      int[] history = {6, 4, 1};
      List<NDArray> past = new ArrayList<>();
      for (int step : history) {
        past.add(start.add(slope.mul(step)));
      }
      NDArray fresh = start.add(slope.mul(7));
      float[] two = LeastSquares.weights(fresh, past.subList(0, 2));
      Forecast taylor = new TaylorForecast(1).forecast(7, 0, history);
      assertThat(two)
          .containsExactly(new float[] {taylor.weight(0, 0), taylor.weight(0, 1)}, within(2e-3f));
      assertThat(Math.sqrt(relative(fresh, past, LeastSquares.weights(fresh, past))))
          .isLessThan(1e-6);
    }
  }

  private static double relative(NDArray fresh, List<NDArray> past, float[] weights) {
    NDArray rest = fresh;
    for (int i = 0; i < weights.length; i++) {
      rest = rest.sub(past.get(i).mul(weights[i]));
    }
    return rest.square().sum().getFloat() / fresh.square().sum().getFloat();
  }

  @Test
  void leastSquaresHasNoBetterNeighbour() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray common = noise(manager);
      List<NDArray> past = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        past.add(common.add(noise(manager).mul(0.3f)));
      }
      NDArray fresh = common.add(noise(manager).mul(0.3f));
      float[] found = LeastSquares.weights(fresh, past);
      double error = relative(fresh, past, found);
      for (int i = 0; i < found.length; i++) {
        for (float change : new float[] {-0.02f, 0.02f}) {
          float[] other = found.clone();
          other[i] += change;
          assertThat(relative(fresh, past, other)).isGreaterThan(error);
        }
      }
    }
  }

  @Test
  void whatStandsStillIsRepeated() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray still = noise(manager);
      assertThat(LeastSquares.weights(still, List.of(still, still, still)))
          .containsExactly(1, 0, 0);
      NDArray nothing = manager.zeros(SHAPE);
      assertThat(LeastSquares.weights(nothing, List.of(nothing, nothing))).containsExactly(1, 0);
    }
  }
}
