package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four steps of two branches: two that always compute, and scores 0.2, 0.5, 0.5 and 0.9. */
final class ThresholdChoiceTest {
  private static final float LIMIT = Router.LIMIT;
  private static final Router SCORES =
      new Router(
          new float[][] {{LIMIT, LIMIT}, {logit(0.2), logit(0.9)}, {LIMIT, LIMIT}, {0, 0}},
          new RouterProvenance("", "", "", 0, 0.1, 0, "", Map.of()));

  private static float logit(double score) {
    return (float) Math.log(score / (1 - score));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1, 0", "0.125, 0.35, 0.125", "0.25, 0.7, 0.375", "0.375, 0.7, 0.375"})
  void isTheLowestThatReusesEnough(double asked, double threshold, double reused) {
    double found = ThresholdChoice.meeting(SCORES, PlanTarget.utilisation(4, 2, asked));
    assertThat(found).isCloseTo(threshold, within(1e-6));
    assertThat(SCORES.withThreshold(found).uncheckedPlan().cacheUtilisation()).isEqualTo(reused);
  }

  @Test
  void neverReusesWhatAlwaysComputes() {
    double found = ThresholdChoice.meeting(SCORES, PlanTarget.utilisation(4, 2, 0.5));
    assertThat(SCORES.withThreshold(found).uncheckedPlan().cacheUtilisation()).isEqualTo(0.5);
    assertThatThrownBy(() -> ThresholdChoice.meeting(SCORES, PlanTarget.utilisation(4, 2, 0.625)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.500")
        .hasMessageContaining("ask for less");
  }
}
