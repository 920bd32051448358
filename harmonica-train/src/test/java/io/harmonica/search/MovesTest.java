package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import io.harmonica.train.PixelToy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MovesTest {

  @Test
  void gapsAreThoseOfTheTrajectoryAndSayWhereMovesPromiseMost() {
    // One branch stands still, one jumps at step 2, and both are computed at steps 0 and 3.
    PixelToy toy = new PixelToy(new double[][] {{1, 1}, {1, 1}, {1, 4}, {1, 5}}, 1, 1);
    Draft draft = Draft.of(CachePlan.ofSteps(4, 2, step -> step == 3), 0);
    float[][] gaps;
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      long before = errors.forwards();
      gaps = errors.gaps(draft);
      assertThat(errors.forwards() - before).isEqualTo(4);
    }
    assertThat(gaps).isDeepEqualTo(new float[][] {{0, 0}, {0, 0}, {0, 0.75f}, {0, 0.8f}});
    List<Move> moves = Moves.of(draft, gaps);
    assertThat(moves).hasSize(6).doesNotHaveDuplicates();
    assertThat(moves.get(0)).isEqualTo(new Move(new Cell(2, 1), Move.COMPUTE));
    assertThat(moves.get(1)).isEqualTo(new Move(new Cell(3, 0), 0));
  }

  /** Cells forecast as the draft does it; of a computed cell it counts how it would be forecast. */
  @Test
  void gapsAreThoseOfTheDraftsOwnForecasts() {
    PixelToy toy = new PixelToy(new double[][] {{1}, {2}, {4}, {8}}, 1);
    Draft line = Draft.of(CachePlan.ofSteps(4, 1, step -> step != 2), 1);
    Draft learned = line.learning(Map.of(new Cell(2, 0), Forecast.of(1.5f, 0.5f)));
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      // Step 1 can only repeat 1; the line through 1 and 2 has 3 at step 2 and 4 at step 3.
      assertThat(errors.gaps(line)).isDeepEqualTo(new float[][] {{0}, {0.5f}, {0.25f}, {0.5f}});
      assertThat(errors.gaps(learned)).isDeepEqualTo(new float[][] {{0}, {0.5f}, {0.125f}, {0.5f}});
    }
  }
}
