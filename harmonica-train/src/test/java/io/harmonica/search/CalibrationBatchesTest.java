package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.train.PixelToy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which batches plans are measured on, and which plan they choose. */
final class CalibrationBatchesTest {
  private static final PixelToy TOY = PixelToy.random(5, 2, 1);

  /** Remembers what each batch's generator gives next, which tells batches apart. */
  private static SamplingSetup recording(List<Long> batches) {
    SamplingSetup setup = TOY.setup();
    return new SamplingSetup(
        setup.denoiser(),
        setup.identity(),
        setup.samplers(),
        setup.steps(),
        setup.guidance(),
        setup.sample(),
        (owner, random, count) -> {
          batches.add(random.nextLong());
          return setup.conditioning().draw(owner, random, count);
        });
  }

  private static Draft draft(int computed) {
    return Draft.of(CachePlan.ofSteps(5, 2, step -> step < computed), 0);
  }

  /** What decides must not be what a proposal came from. */
  @Test
  void everyBatchHasSamplesOfItsOwn() {
    List<Long> batches = new ArrayList<>();
    CalibrationBatches calibration = new CalibrationBatches(recording(batches), 2, 7);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (int number = 0; number < 3; number++) {
        calibration.open(manager, CalibrationBatches.STARTS, number).close();
        calibration.open(manager, CalibrationBatches.EFFECTS, number).close();
        calibration.best(manager, List.of(draft(2)), number);
      }
      assertThat(batches).hasSize(3 * (1 + 1 + 4)).doesNotHaveDuplicates();
      calibration.open(manager, CalibrationBatches.EFFECTS, 1).close();
      assertThat(batches.get(18)).as("drawn again").isEqualTo(batches.get(7));
      new CalibrationBatches(recording(batches), 2, 8)
          .open(manager, CalibrationBatches.EFFECTS, 1)
          .close();
      assertThat(batches.get(19)).as("another seed").isNotEqualTo(batches.get(7));
    }
  }

  @Test
  void theDraftOfTheLeastErrorWinsWhereverItStands() {
    CalibrationBatches calibration = new CalibrationBatches(TOY.setup(), 2, 7);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      int before = manager.getManagedArrays().size();
      // In this toy the error is the same for all samples, and falls with the steps computed.
      double least = TOY.error(draft(4).plan());
      assertThat(least).isLessThan(TOY.error(draft(3).plan())).isPositive();
      for (List<Draft> drafts :
          List.of(
              List.of(draft(4), draft(2), draft(3)),
              List.of(draft(2), draft(4), draft(3)),
              List.of(draft(2), draft(3), draft(4)))) {
        Judged best = calibration.best(manager, drafts, 0);
        assertThat(best.draft()).isEqualTo(draft(4));
        assertThat(best.error()).isCloseTo(least, within(1e-3 * least));
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
