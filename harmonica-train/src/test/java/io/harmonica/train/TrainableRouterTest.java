package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The router's optimiser, by hand. */
final class TrainableRouterTest {
  private static final Offset<Float> EXACT = within(1e-6f);
  private static final double RATE = 0.1;

  private static TrainableRouter zeros() {
    return TrainableRouter.of(new float[3][2]);
  }

  @Test
  void startsWithNormalLogitsAndTheFirstRowAtTheLimit() {
    TrainableRouter router = TrainableRouter.random(40, 50, new Random(2));
    assertThat(router.logits(0)).containsOnly(5f);
    double sum = 0;
    double squares = 0;
    for (int step = 1; step < 40; step++) {
      for (float logit : router.logits(step)) {
        sum += logit;
        squares += logit * logit;
      }
    }
    int count = 39 * 50;
    assertThat(sum / count).isCloseTo(0, within(0.1));
    assertThat(squares / count).isCloseTo(1, within(0.15));
    assertThat(TrainableRouter.random(40, 50, new Random(2)).state().logits())
        .isDeepEqualTo(router.state().logits());
  }

  @Test
  void firstUpdateMovesByTheRateAgainstTheSign() {
    TrainableRouter router = zeros();
    router.update(1, new float[] {3e-5f, -200}, RATE);
    // 3e-5 / (3e-5 + 1e-8) is a little less than 1.
    assertThat(router.logits(1)[0]).isCloseTo(-0.1f, within(1e-4f));
    assertThat(router.logits(1)[1]).isCloseTo(0.1f, EXACT);
  }

  @Test
  void secondUpdateFollowsTheMoments() {
    TrainableRouter router = zeros();
    router.update(1, new float[] {1, 0}, RATE);
    router.update(1, new float[] {-0.5f, 0}, RATE);
    // m = 0.9 x 0.1 - 0.1 x 0.5 = 0.04, over 1 - 0.9^2 = 0.19; v = 0.999 x 0.001 + 0.001 x 0.25 =
    // 0.001249, over 1 - 0.999^2 = 0.001999: change = 0.1 x 0.2105263 / 0.7904509 = 0.0266337.
    assertThat(router.logits(1)[0]).isCloseTo(-0.1f - 0.0266337f, EXACT);
    assertThat(router.logits(1)[1]).isZero();
    assertThat(router.state().first()[1][0]).isCloseTo(0.04f, EXACT);
    assertThat(router.state().second()[1][0]).isCloseTo(0.001249f, within(1e-8f));
  }

  @Test
  void rowsCountTheirOwnUpdates() {
    TrainableRouter router = zeros();
    for (int i = 0; i < 20; i++) {
      router.update(1, new float[] {1, -1}, RATE);
    }
    router.update(2, new float[] {1, -1}, RATE);
    assertThat(router.logits(2)[0]).isCloseTo(-0.1f, EXACT);
    assertThat(router.logits(2)[1]).isCloseTo(0.1f, EXACT);
    assertThat(router.state().updates()).containsExactly(0, 20, 1);
    assertThat(router.logits(0)).containsOnly(0f);
  }

  @Test
  void logitsStayWithinTheLimits() {
    TrainableRouter router = TrainableRouter.of(new float[][] {{5, 5}, {4.95f, -4.95f}, {7, -9}});
    router.update(1, new float[] {-1, 1}, RATE);
    assertThat(router.logits(1)).containsExactly(5, -5);
    assertThat(router.logits(2)).containsExactly(7, -9);
    router.clamp(2);
    assertThat(router.logits(2)).containsExactly(5, -5);
    router.update(2, new float[] {1, -1}, RATE);
    assertThat(router.logits(2)[0]).isCloseTo(4.9f, EXACT);
  }

  @Test
  void savedStateGoesOnAsTheOriginal() {
    TrainableRouter original = TrainableRouter.random(3, 4, new Random(4));
    original.update(1, new float[] {1, -2, 3, 0.1f}, RATE);
    TrainableRouter copy = TrainableRouter.restore(original.state());
    float[] gradient = {-1, 0.5f, 2, 7};
    for (int step : new int[] {1, 2, 1}) {
      original.update(step, gradient, RATE);
      copy.update(step, gradient, RATE);
    }
    assertSame(copy.state(), original.state());
  }

  private static void assertSame(TrainableRouter.State actual, TrainableRouter.State expected) {
    assertThat(actual.logits()).isDeepEqualTo(expected.logits());
    assertThat(actual.first()).isDeepEqualTo(expected.first());
    assertThat(actual.second()).isDeepEqualTo(expected.second());
    assertThat(actual.updates()).isEqualTo(expected.updates());
  }

  @Test
  void whatIsHandedOutIsACopy() {
    float[][] logits = {{1, 2}};
    TrainableRouter router = TrainableRouter.of(logits);
    logits[0][0] = 9;
    router.logits(0)[0] = 9;
    TrainableRouter.State state = router.state();
    state.logits()[0][0] = 9;
    state.updates()[0] = 9;
    TrainableRouter restored = TrainableRouter.restore(state);
    state.first()[0][0] = 9;
    assertThat(router.logits(0)).containsExactly(1, 2);
    assertThat(router.state().updates()).containsExactly(0);
    assertThat(restored.state().first()[0]).containsExactly(0, 0);
  }

  @Test
  void frozenScoresDoNotFollowLaterUpdates() {
    TrainableRouter router = zeros();
    Router scores = router.router(new RouterProvenance("m", "", "", 0, 0.5, 0, "", Map.of()));
    router.update(1, new float[] {1, 1}, RATE);
    assertThat(scores.logits()[1]).containsExactly(0, 0);
  }

  @Test
  void planComputesWhereTheScoreIsAboveTheThreshold() {
    TrainableRouter router =
        TrainableRouter.of(new float[][] {{-5, -5}, {0.1f, -0.1f}, {-0.1f, 0.1f}});
    assertThat(router.plan(0.5)).hasToString("##\n#.\n.#\n");
    assertThat(router.computes(1, 0.5)).containsExactly(true, false);
    assertThat(router.plan(0.1)).hasToString("##\n##\n##\n");
  }
}
