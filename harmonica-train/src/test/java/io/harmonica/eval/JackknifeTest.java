package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class JackknifeTest {

  @Property
  void everyImageIsInTheGroupBetweenItsStarts(@ForAll @IntRange(min = 2, max = 5000) int count) {
    assertThat(Jackknife.start(0, count)).isZero();
    assertThat(Jackknife.start(Jackknife.groups(count), count)).isEqualTo(count);
    for (int image = 0; image < count; image++) {
      int group = Jackknife.group(image, count);
      assertThat(image)
          .isBetween(Jackknife.start(group, count), Jackknife.start(group + 1, count) - 1);
    }
  }

  @Test
  void ofAMeanItIsStudentsInterval() {
    double[] values = {3, 1, 4, 1, 5, 9, 2, 6, 5, 4};
    Estimate estimate = Jackknife.of(4, 10, left -> (40 - values[left]) / 9);
    // Sum of squares 54, deviation sqrt(54 / 9), standard error that over sqrt(10), t = 2.262.
    assertThat(estimate.interval().width()).isCloseTo(2 * 2.262 * Math.sqrt(0.6), within(1e-9));
    assertThat(estimate.value()).isEqualTo(4);
  }

  @Test
  void coversNineteenOfTwentySets() {
    Random random = new Random(1);
    int covered = 0;
    for (int set = 0; set < 1000; set++) {
      double[] sums = new double[10];
      double sum = 0;
      for (int i = 0; i < 200; i++) {
        double value = random.nextGaussian();
        sums[Jackknife.group(i, 200)] += value;
        sum += value;
      }
      double all = sum;
      Estimate mean = Jackknife.of(all / 200, 200, left -> (all - sums[left]) / 180);
      covered += mean.interval().contains(0) ? 1 : 0;
    }
    assertThat(covered).isBetween(925, 975);
  }
}
