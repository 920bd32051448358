package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.train.PixelToy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepDescentTest {
  private final List<MeasuredPlan> path = new ArrayList<>();

  private CachePlan search(PixelToy toy, PlanTarget target) {
    CachePlan full = CachePlan.ofSteps(toy.steps(), toy.branches(), step -> true);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      return new StepDescent(target).search(errors, full, (found, forwards) -> path.add(found));
    }
  }

  @Test
  void stepsThatChangeNothingGoFirst() {
    // Outputs change at steps 2 and 5 alone.
    PixelToy toy =
        new PixelToy(new double[][] {{1, 2}, {1, 2}, {4, 2}, {4, 2}, {4, 2}, {4, 9}, {4, 9}}, 1, 1);
    CachePlan plan = search(toy, PlanTarget.utilisation(7, 2, 4.0 / 7));
    assertThat(plan).isEqualTo(CachePlan.ofSteps(7, 2, s -> s == 0 || s == 2 || s == 5));
    assertThat(path).hasSize(4).allMatch(found -> found.error() < 1e-9);
  }

  @Test
  void everyChoiceIsTheBestOfItsCandidates() {
    PixelToy toy = PixelToy.random(6, 3, 4);
    CachePlan plan = search(toy, PlanTarget.utilisation(6, 3, 0.5));
    CachePlan before = CachePlan.ofSteps(6, 3, step -> true);
    for (MeasuredPlan found : path) {
      assertThat(found.error()).isCloseTo(toy.error(found.plan()), within(1e-4));
      CachePlan from = before;
      double least = Double.POSITIVE_INFINITY;
      for (int reused = 1; reused < 6; reused++) {
        int candidate = reused;
        if (from.computes(candidate, 0)) {
          CachePlan variant = CachePlan.of(6, 3, (s, b) -> s != candidate && from.computes(s, b));
          least = Math.min(least, toy.error(variant));
        }
      }
      assertThat(found.error()).isCloseTo(least, within(1e-4));
      before = found.plan();
    }
    assertThat(plan).isEqualTo(before);
    assertThat(plan.cacheUtilisation()).isCloseTo(0.5, within(1e-9));
  }
}
