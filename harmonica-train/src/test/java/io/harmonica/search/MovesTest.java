package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.train.PixelToy;
import java.util.List;
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
}
