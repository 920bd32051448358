package io.harmonica.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Every number here is worked out by hand. */
final class ForesightTest {
  private static final Offset<Double> EXACT = within(1e-9);

  private static WorkRecord.Round round(double... pieces) {
    return new WorkRecord.Round(
        DoubleStream.of(pieces).boxed().toList(), Collections.nCopies(pieces.length, 0.0), 99);
  }

  private static WorkRecord record(double start, WorkRecord.Round... rounds) {
    return new WorkRecord(List.of(rounds), 1, start);
  }

  private static void assertForeseen(
      Foresight found, double share, double start, double waiting, double driver) {
    assertThat(found.share()).isCloseTo(share, EXACT);
    assertThat(found.start()).isCloseTo(start, EXACT);
    assertThat(found.waiting()).isCloseTo(waiting, EXACT);
    assertThat(found.driver()).isCloseTo(driver, EXACT);
    assertThat(found.seconds()).isCloseTo(share + start + waiting + driver, EXACT);
  }

  @Test
  void oneWorkerDoesEverythingInTurn() {
    assertForeseen(Foresight.of(record(2, round(3, 1, 4), round(1)), 5, 1), 9, 2, 0, 5);
  }

  @Test
  void whoIsFreeFirstTakesTheNextPiece() {
    // 3 and 5 | 1, 1, 1 and then 2: they end at 8 and at 5.
    assertForeseen(Foresight.of(record(0, round(3, 1, 1, 1, 5, 2)), 0, 2), 6.5, 0, 1.5, 0);
    // 3 | 1, 1, 2 | 1, 5: they end at 3, at 4 and at 6.
    assertForeseen(Foresight.of(record(0, round(3, 1, 1, 1, 5, 2)), 0, 3), 13 / 3.0, 0, 5 / 3.0, 0);
  }

  @Test
  void moreWorkersThanPiecesWaitForTheSlowest() {
    assertForeseen(Foresight.of(record(2, round(1, 4)), 1, 8), 5 / 8.0, 2, 4 - 5 / 8.0, 1);
  }

  @Test
  void everyRoundWaitsForItsSlowestAndAWorkerStartsOnce() {
    // 2 + 3, then 3 by those that have started.
    assertForeseen(Foresight.of(record(2, round(1, 3), round(3, 1)), 0, 2), 4, 2, 2, 0);
    // The second round brings a worker in, which starts while the others work: 2 + 1, then 2 + 1.
    assertForeseen(Foresight.of(record(2, round(1), round(1, 1)), 0, 2), 1.5, 2, 2.5, 0);
  }

  @Test
  void theDriverTakesAnswersInOrderWhileOthersWork() {
    // Answers arrive at 1, 2, 3, 4, and each takes the driver 2: it is done at 1 + 8.
    WorkRecord.Round slow =
        new WorkRecord.Round(List.of(1.0, 1.0, 1.0, 1.0), List.of(2.0, 2.0, 2.0, 2.0), 9);
    assertForeseen(Foresight.of(record(0, slow), 1, 1), 4, 0, 0, 6);
    // The first answer is the last to arrive, at 3: both takings come after it.
    WorkRecord.Round late = new WorkRecord.Round(List.of(3.0, 1.0), List.of(0.5, 0.5), 4);
    assertForeseen(Foresight.of(record(0, late), 0, 2), 2, 0, 1, 1);
  }

  /** The figures of docs/cluster.md. */
  @Test
  void setsScaleAndTrainingsEndAtTheirMicroBatches() {
    double[] batches = new double[50_000 / 16];
    Arrays.fill(batches, 1.5);
    WorkRecord set = record(2, round(batches));
    assertForeseen(Foresight.of(set, 3, 1), 3125 * 1.5, 2, 0, 3);
    assertForeseen(Foresight.of(set, 3, 8), 3125 * 1.5 / 8, 2, (391 - 3125 / 8.0) * 1.5, 3);
    assertForeseen(Foresight.of(set, 3, 64), 3125 * 1.5 / 64, 2, (49 - 3125 / 64.0) * 1.5, 3);

    List<WorkRecord.Round> rounds = new ArrayList<>();
    for (int trajectory = 0; trajectory < 1053; trajectory++) {
      if (trajectory % 27 == 0) {
        rounds.add(round(eight(8.3)));
      }
      rounds.add(round(eight(2.55)));
    }
    WorkRecord training = new WorkRecord(rounds, 1, 2);
    double slowest = 39 * 8.3 + 1053 * 2.55;
    assertThat(Foresight.of(training, 2, 1).seconds()).isCloseTo(8 * slowest + 4, within(1e-6));
    assertThat(Foresight.of(training, 2, 8).seconds()).isCloseTo(slowest + 4, within(1e-6));
    Foresight many = Foresight.of(training, 2, 64);
    assertThat(many.seconds()).isCloseTo(slowest + 4, within(1e-6));
    assertThat(many.waiting()).isCloseTo(7 * slowest / 8, within(1e-6));
  }

  private static double[] eight(double seconds) {
    double[] pieces = new double[8];
    Arrays.fill(pieces, seconds);
    return pieces;
  }

  @Test
  void nothingTakesNoTime() {
    assertForeseen(Foresight.of(record(2), 3, 4), 0, 0, 0, 3);
    assertThat(record(2).pieces()).isZero();
  }

  @Test
  void itSaysWhatItIsMadeOf() {
    assertThat(Foresight.of(record(2, round(3, 1, 4), round(1)), 5, 1))
        .hasToString("1 worker: 16.0 s = even share 9.0 + start 2.0 + waiting 0.0 + driver 5.0");
  }

  @Test
  void badInputIsNamed() {
    WorkRecord record = record(0, round(1));
    assertThatThrownBy(() -> Foresight.of(record, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers is 0, expected at least 1");
    assertThatThrownBy(() -> new WorkRecord.Round(List.of(1.0), List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 pieces with 0 takings, expected as many");
  }
}
