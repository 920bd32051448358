package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From scores to a plan, and only where the router fits. */
final class RouterPolicyTest {
  private static final BranchLayout THREE = new BranchLayout(1, List.of(BranchKind.values()));

  /** The scores by which the paper's poster explains the router, in execution order. */
  private static final double[][] POSTER = {{}, {.6, .4, .8}, {.2, .3, .7}, {.7, .2, .9}};

  private static RouterProvenance provenance(String hash, String sampler) {
    return new RouterProvenance("tiny", hash, sampler, 1.5, 0.5, 7, "", Map.of());
  }

  private static Router poster() {
    float[][] logits = new float[4][3];
    logits[0] = new float[] {5, 5, 5};
    for (int step = 1; step < 4; step++) {
      for (int branch = 0; branch < 3; branch++) {
        double r = POSTER[step][branch];
        logits[step][branch] = (float) Math.log(r / (1 - r));
      }
    }
    return new Router(logits, provenance("", ""));
  }

  @Test
  void postersExample() {
    CachePlan plan = new RouterPolicy(poster(), 0.5).plan(4, THREE);
    assertThat(plan).hasToString("###\n#.#\n..#\n#.#\n");
  }

  @Test
  void scoresAreSigmoidsOfLogits() {
    Router scores = poster();
    for (int step = 1; step < 4; step++) {
      for (int branch = 0; branch < 3; branch++) {
        assertThat(scores.score(step, branch)).isCloseTo(POSTER[step][branch], within(1e-7));
      }
    }
  }

  @Test
  void scoreMustBeAboveTheThreshold() {
    Router half = new Router(new float[][] {{0}, {0}}, provenance("", ""));
    assertThat(half.plan(0.5)).hasToString("#\n.\n");
    assertThat(half.plan(0.499)).hasToString("#\n#\n");
    assertThat(half.plan(1)).hasToString("#\n.\n");
  }

  @Test
  void otherStepsAreRefusedWithBothNumbers() {
    RouterPolicy policy = new RouterPolicy(poster(), 0.5);
    assertThatThrownBy(() -> policy.plan(20, THREE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for 4 steps")
        .hasMessageContaining("has 20");
  }

  @Test
  void otherBranchesAreRefusedWithBothNumbers() {
    RouterPolicy policy = new RouterPolicy(poster(), 0.5);
    BranchLayout larger = new BranchLayout(7, THREE.kinds());
    assertThatThrownBy(() -> policy.plan(4, larger))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for 3 branches")
        .hasMessageContaining("has 21");
  }

  @Test
  void otherModelIsRefusedWithBothHashes() {
    RouterProvenance provenance = provenance("aaaa", "ddim");
    assertThatThrownBy(() -> provenance.requireFit("large", "bbbb", "ddim"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tiny (SHA-256 aaaa)")
        .hasMessageContaining("large (bbbb)");
    // A model is known by its weights, not by what somebody calls it.
    assertThatCode(() -> provenance.requireFit("renamed", "aaaa", "ddim"))
        .doesNotThrowAnyException();
  }

  @Test
  void otherSamplerIsRefusedWithBothNames() {
    RouterProvenance provenance = provenance("aaaa", "ddim");
    assertThatThrownBy(() -> provenance.requireFit("tiny", "aaaa", "ddpm"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sampler ddim")
        .hasMessageContaining("has ddpm");
  }

  @Test
  void unknownFitsEverything() {
    assertThatCode(() -> provenance("", "").requireFit("any", "bbbb", "ddpm"))
        .doesNotThrowAnyException();
    assertThatCode(() -> provenance("aaaa", "").requireFit("any", "", "ddpm"))
        .doesNotThrowAnyException();
  }

  @Test
  void scoresAreARectangleOfFiniteNumbers() {
    RouterProvenance any = provenance("", "");
    assertThatThrownBy(() -> new Router(new float[][] {{1, 2}, {1}}, any))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 1 has 1 branches, step 0 has 2");
    assertThatThrownBy(() -> new Router(new float[][] {{1}, {Float.NaN}}, any))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 1 holds the logit NaN");
    assertThatThrownBy(() -> new Router(new float[0][], any))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Router(new float[2][0], any))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scoresKeepTheirOwnNumbers() {
    float[][] logits = {{1, 2}};
    Router scores = new Router(logits, provenance("", ""));
    logits[0][0] = 9;
    scores.logits()[0][1] = 9;
    assertThat(scores.logits()).isDeepEqualTo(new float[][] {{1, 2}});
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.99})
  void scoresOfAPlanGiveItBack(double threshold) {
    CachePlan plan = CachePlan.of(4, 3, (step, branch) -> (step + branch) % 3 == 0);
    assertThat(Router.of(plan, provenance("", "")).plan(threshold)).isEqualTo(plan);
  }
}
