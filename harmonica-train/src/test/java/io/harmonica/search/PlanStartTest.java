package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.train.PixelToy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Starts on a toy whose outputs are known. */
final class PlanStartTest {
  private static final int STEPS = 8;

  /** Outputs that stand still but for jumps at steps 3 and 6. */
  private static PixelToy jumping() {
    double[][] outputs = new double[STEPS][1];
    for (int step = 0; step < STEPS; step++) {
      outputs[step][0] = step < 3 ? 0 : step < 6 ? 2 : -1;
    }
    return new PixelToy(outputs, 1);
  }

  private static <R> R with(PixelToy toy, Function<PlanErrors, R> work) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      return work.apply(errors);
    }
  }

  private static Set<Integer> steps(CachePlan plan) {
    Set<Integer> steps = new TreeSet<>();
    for (int step = 0; step < plan.steps(); step++) {
      if (plan.computes(step, 0)) {
        steps.add(step);
      }
    }
    return steps;
  }

  private static PlanTarget target(int computed) {
    return PlanTarget.utilisation(STEPS, 1, 1 - computed / (double) STEPS);
  }

  @Test
  void jumpsAndDescentFindTheStepsThatMatter() {
    for (PlanStart start : List.of(new JumpStart(STEPS, 1, 0), new DescentStart(STEPS, 1, 0))) {
      List<Draft> drafts = with(jumping(), errors -> start.drafts(errors, target(3)));
      assertThat(drafts).as(start.name()).hasSize(1);
      assertThat(steps(drafts.get(0).plan())).as(start.name()).containsExactly(0, 3, 6);
    }
  }

  @Test
  void intervalsComputeAsManyStepsAsTheTargetPaysFor() {
    List<Draft> drafts =
        with(jumping(), errors -> new IntervalStart(STEPS, 1, 1).drafts(errors, target(4)));
    assertThat(steps(drafts.get(0).plan())).containsExactly(0, 2, 4, 6);
    assertThat(drafts)
        .allSatisfy(
            draft -> {
              assertThat(steps(draft.plan())).hasSize(4).contains(0);
              assertThat(target(4).metBy(draft.plan())).isTrue();
            });
    assertThat(drafts.stream().map(draft -> steps(draft.plan())).distinct()).hasSizeGreaterThan(2);
  }

  @Test
  void whereExtrapolationMisleadsASearchStartsWithRepetition() {
    double[][] outputs = new double[STEPS][1];
    for (int step = 0; step < STEPS; step++) {
      outputs[step][0] = step < 2 ? 0 : step < 5 ? 2 : -1;
    }
    PlanSearchConfig config =
        PlanSearchConfig.harmonized(target(3)).withLearned(Weights.TAYLOR).withCalibration(2);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      SamplingSetup setup = new PixelToy(outputs, 1).setup();
      Router router = new PlanSearch(setup, config).train(manager, PlanSearchListener.NONE);
      CachePlan plan = setup.plan(router);
      assertThat(steps(plan)).containsExactly(0, 2, 5);
      assertThat(plan.repeats()).isTrue();
    }
  }

  @Test
  void exchangeMovesAStepToWhereItIsNeeded() {
    Draft wrong = Draft.of(CachePlan.ofSteps(STEPS, 1, step -> step == 4 || step == 7), 0);
    Draft found = with(jumping(), errors -> new StepExchange(1000).improve(errors, wrong, 0));
    assertThat(steps(found.plan())).containsExactly(0, 3, 6);
  }

  /** Three places are to be measured, each for half a run of eight steps. */
  @Test
  void exchangeEndsWhereItsForwardPassesDo() {
    Draft wrong = Draft.of(CachePlan.ofSteps(STEPS, 1, step -> step == 4 || step == 7), 0);
    for (int forwards : new int[] {11, 12}) {
      long[] taken = new long[1];
      Draft found =
          with(
              jumping(),
              errors -> {
                long before = errors.forwards();
                Draft better = new StepExchange(forwards).improve(errors, wrong, 0);
                taken[0] = errors.forwards() - before;
                return better;
              });
      if (forwards < 12) {
        assertThat(found).isSameAs(wrong);
        assertThat(taken[0]).isZero();
      } else {
        assertThat(found).as("one move").isNotEqualTo(wrong);
        assertThat(steps(found.plan())).isNotEqualTo(Set.of(0, 3, 6)).hasSize(3);
      }
    }
  }

  @Test
  void exchangeLeavesAGoodDraftAlone() {
    Draft good = Draft.of(CachePlan.ofSteps(STEPS, 1, step -> step == 3 || step == 6), 0);
    Draft found = with(jumping(), errors -> new StepExchange(1000).improve(errors, good, 0));
    assertThat(found).isSameAs(good);
  }

  /** Learning makes more of a higher order, so that it may be a quarter worse at first. */
  @Test
  void theHighestOrderThatIsAboutAsGoodIsTaken() {
    assertThat(SearchStarts.highest(4, 2, 1)).isEqualTo(2);
    assertThat(SearchStarts.highest(1, 1, 1.25)).isEqualTo(2);
    assertThat(SearchStarts.highest(1, 1.2, 1.3)).isEqualTo(1);
    assertThat(SearchStarts.highest(1, 1.3, 1.3)).isZero();
    assertThat(SearchStarts.highest(2, 1, 3)).isEqualTo(1);
    assertThat(SearchStarts.highest(0, 0, 0)).isEqualTo(2);
  }
}
