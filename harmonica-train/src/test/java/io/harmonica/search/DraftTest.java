package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.TaylorForecast;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DraftTest {
  /** Two branches, steps 0, 1 and 3 of six computed. */
  private static final CachePlan PLAN = CachePlan.ofSteps(6, 2, step -> step == 1 || step == 3);

  @Test
  void weightsFollowTheHistoryWhenACellChangesSides() {
    Draft draft = Draft.of(PLAN, 1);
    assertThat(draft.plan().forecast(4, 0)).isEqualTo(Forecast.of(1.5f, -0.5f));
    Draft changed = draft.with(List.of(new Move(new Cell(2, 0), Move.COMPUTE)));
    assertThat(changed.plan().computes(2, 0)).isTrue();
    assertThat(changed.plan().forecast(4, 0)).isEqualTo(Forecast.of(2, -1));
    assertThat(changed.plan().forecast(4, 1)).isEqualTo(draft.plan().forecast(4, 1));
    Draft back = changed.with(List.of(new Move(new Cell(2, 0), 1)));
    assertThat(back).isEqualTo(draft);
  }

  @Test
  void cellsThatRepeatReachForMoreOutputsOnlyToLearnTheirWeights() {
    Draft repeating = Draft.of(PLAN, 0).with(List.of(new Move(new Cell(5, 1), 1)));
    Draft wider = repeating.widened(2);
    assertThat(wider.plan().forecast(2, 0).terms()).isEqualTo(2);
    Forecast wide = wider.plan().forecast(4, 0);
    assertThat(wide.terms()).isEqualTo(3);
    assertThat(wide.weight(0, 0)).isEqualTo(1);
    assertThat(wide.weight(0, 1)).isZero();
    assertThat(1 + wide.weight(0, 2)).as("changes no output").isEqualTo(1);
    assertThat(ForecastWeights.of(wider.plan(), 1).forecasts().get(new Cell(4, 0)))
        .as("has three weights to train")
        .isEqualTo(wide);
    assertThat(wider.plan().forecast(5, 1)).as("order 1").isEqualTo(Forecast.of(2, -1));
    assertThat(repeating.widened(0)).isEqualTo(repeating);
    Forecast learned = Forecast.ofHalves(new float[] {0.9f}, new float[] {1.1f});
    Draft first = Draft.of(PLAN, 1).learning(Map.of(new Cell(2, 0), learned));
    assertThat(first.widened(2).plan().forecast(2, 0)).as("learned").isEqualTo(learned);
  }

  @Test
  void anOrderIsTheCellsOwn() {
    Draft draft = Draft.of(PLAN, 1).with(List.of(new Move(new Cell(4, 1), 0)));
    assertThat(draft.plan().forecast(4, 1)).isEqualTo(Forecast.REUSE);
    assertThat(draft.plan().forecast(5, 1)).isEqualTo(Forecast.of(2, -1));
    assertThat(draft.order(new Cell(4, 1))).isZero();
  }

  @Test
  void learnedWeightsHoldForTheHistoryThatTheyWereLearnedWith() {
    Cell early = new Cell(2, 0);
    Cell late = new Cell(4, 0);
    Forecast learned = Forecast.of(1.25f, -0.5f, 0.125f);
    Draft draft = Draft.of(PLAN, 1).learning(Map.of(late, learned, early, Forecast.of(1.5f, 0.5f)));
    assertThat(draft.plan().forecast(4, 0)).isEqualTo(learned);
    assertThat(draft.isLearned(late)).isTrue();
    Draft changed = draft.with(List.of(new Move(new Cell(3, 0), 1)));
    assertThat(changed.isLearned(late)).isFalse();
    assertThat(changed.plan().forecast(4, 0))
        .isEqualTo(new TaylorForecast(1).forecast(4, 0, new int[] {1, 0}));
    assertThat(changed.plan().forecast(2, 0))
        .as("what lies before")
        .isEqualTo(Forecast.of(1.5f, 0.5f));
    Draft back = changed.with(List.of(new Move(new Cell(3, 0), Move.COMPUTE)));
    assertThat(back).as("the history is as it was").isEqualTo(draft);
  }

  @Test
  void aDraftBetweenStagesIsWhatItsFileHolds(@TempDir Path folder) throws IOException {
    Cell late = new Cell(4, 0);
    Draft learned = Draft.of(PLAN, 1).learning(Map.of(late, Forecast.of(1.25f, -0.5f)));
    Draft changed = learned.with(List.of(new Move(new Cell(3, 0), 1)));
    SearchState state = new SearchState(changed, 2, Optional.empty());
    Path file = folder.resolve("state");
    state.write(file, "settings");
    List<Move> back = List.of(new Move(new Cell(3, 0), Move.COMPUTE));
    Draft read = SearchState.read(file, "settings").draft();
    assertThat(state.draft()).isEqualTo(changed).isEqualTo(read);
    assertThat(state.draft().with(back)).isEqualTo(read.with(back)).isNotEqualTo(learned);
  }

  /** The order of a computed cell is what it becomes when a search gives it up again. */
  @Test
  void aFileHoldsBothHalvesAndTheOrdersOfComputedCells(@TempDir Path folder) throws IOException {
    Cell late = new Cell(4, 0);
    Cell switched = new Cell(5, 1);
    Forecast learned =
        Forecast.ofHalves(new float[] {1.25f, -0.5f, 0.25f}, new float[] {1.5f, 0.75f, -1});
    Draft draft =
        Draft.of(PLAN, 1)
            .learning(Map.of(late, learned))
            .with(List.of(new Move(switched, 2)))
            .with(List.of(new Move(switched, Move.COMPUTE)));
    ForecastWeights.State learning =
        new ForecastWeights.State(7, counting(1), counting(2), counting(3));
    Path file = folder.resolve("state");
    new SearchState(draft, 3, Optional.of(learning)).write(file, "settings");
    SearchState read = SearchState.read(file, "settings");
    assertThat(read.stage()).isEqualTo(3);
    assertThat(read.draft()).isEqualTo(draft);
    assertThat(read.draft().plan().forecast(4, 0)).isEqualTo(learned);
    assertThat(read.draft().isLearned(late)).isTrue();
    assertThat(read.draft().isLearned(new Cell(4, 1))).isFalse();
    assertThat(read.draft().order(switched)).isEqualTo(2);
    assertThat(read.draft().order(new Cell(3, 0))).isEqualTo(1);
    ForecastWeights.State kept = read.learning().orElseThrow();
    assertThat(kept.updates()).isEqualTo(7);
    assertThat(kept.weights()).isEqualTo(counting(1));
    assertThat(kept.first()).isEqualTo(counting(2));
    assertThat(kept.second()).isEqualTo(counting(3));
  }

  @Test
  void aFileWithWeightsThatAreNoNumbersIsDamaged(@TempDir Path folder) throws IOException {
    Cell late = new Cell(4, 0);
    Path file = folder.resolve("state");
    new SearchState(
            Draft.of(PLAN, 1).learning(Map.of(late, Forecast.of(1.25f, -0.5f))),
            2,
            Optional.empty())
        .write(file, "settings");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 4 <= bytes.length; at++) {
      if (content.getFloat(at) == 1.25f) {
        content.putFloat(at, Float.NaN);
      }
    }
    Files.write(file, bytes);
    assertThatThrownBy(() -> SearchState.read(file, "settings"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file.toString(), "is NaN", "without --resume");
  }

  /** Numbers of which no two are alike, as many as weights of the plan are kept. */
  private static float[] counting(int kind) {
    float[] values = new float[PLAN.steps() * PLAN.branches() * ForecastWeights.VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = kind * 1000 + i;
    }
    return values;
  }

  @Test
  void aNewOrderReplacesLearnedWeights() {
    Cell cell = new Cell(4, 0);
    Draft draft = Draft.of(PLAN, 1).learning(Map.of(cell, Forecast.of(3)));
    assertThat(draft.with(List.of(new Move(cell, 0))).plan().forecast(4, 0))
        .isEqualTo(Forecast.REUSE);
  }
}
