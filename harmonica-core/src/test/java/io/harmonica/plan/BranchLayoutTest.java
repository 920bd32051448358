package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How branches are numbered and what they cost. */
final class BranchLayoutTest {
  private static final BranchLayout PIXART = new BranchLayout(28, List.of(BranchKind.values()));

  @Test
  void flatIndexIsBlockTimesKindsPlusKind() {
    assertThat(PIXART.branches()).isEqualTo(84);
    assertThat(PIXART.index(0, BranchKind.SELF_ATTENTION)).isZero();
    assertThat(PIXART.index(5, BranchKind.CROSS_ATTENTION)).isEqualTo(16);
    assertThat(PIXART.index(27, BranchKind.FEED_FORWARD)).isEqualTo(83);
    for (int branch = 0; branch < 84; branch++) {
      assertThat(PIXART.index(PIXART.block(branch), PIXART.kind(branch))).isEqualTo(branch);
    }
    assertThat(PIXART.name(16)).isEqualTo("5 cross");
  }

  @Test
  void branchesThatAreNotThereAreRefused() {
    BranchLayout dit = new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION));
    assertThatThrownBy(() -> dit.index(0, BranchKind.CROSS_ATTENTION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CROSS_ATTENTION in block 0");
    assertThatThrownBy(() -> dit.index(2, BranchKind.SELF_ATTENTION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block 2");
  }

  @Test
  void layoutsNeedABlockAndDistinctKinds() {
    assertThatThrownBy(() -> new BranchLayout(0, List.of(BranchKind.FEED_FORWARD)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blocks is 0");
    assertThatThrownBy(() -> new BranchLayout(1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    List<BranchKind> twice = List.of(BranchKind.FEED_FORWARD, BranchKind.FEED_FORWARD);
    assertThatThrownBy(() -> new BranchLayout(1, twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void speedupCountsWhatIsOutsideTheBranches() {
    ComputeCost cost = new ComputeCost(10, new long[] {20, 70});
    CachePlan plan = CachePlanTest.plan("##", "#.", "..");
    assertThat(cost.full()).isEqualTo(100);
    assertThat(cost.total(plan)).isEqualTo(100 + 30 + 10);
    assertThat(cost.speedup(plan)).isCloseTo(300.0 / 140, within(1e-12));
    assertThat(cost.speedup(CachePlanTest.plan("##", "##"))).isEqualTo(1);
    assertThatThrownBy(() -> cost.total(CachePlanTest.plan("###")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 branches, the model 2");
  }
}
