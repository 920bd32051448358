package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Noise;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings of Learning-to-Cache on a tiny model. */
final class LearningToCacheTrainerTest {
  private static final LearningToCacheConfig BASE = config(8, 1e-5, 0.3);

  private static TinyDit dit;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    dit = new TinyDit();
  }

  @AfterAll
  static void close() {
    dit.close();
  }

  private static LearningToCacheConfig config(int updates, double beta, double dropout) {
    return new LearningToCacheConfig(updates, 3, 0.1, beta, 0.5, dropout, 7);
  }

  private static ImageSource.Batch images(NDManager owner, Random random, int count) {
    NDArray images = Noise.normal(owner, random, new Shape(count, 4, 8, 8));
    return new ImageSource.Batch(images, dit.draw(owner, random, count));
  }

  private static LearningToCacheTrainer trainer(int steps, LearningToCacheConfig config) {
    return new LearningToCacheTrainer(dit.setup(steps), LearningToCacheTrainerTest::images, config);
  }

  private static Router train(int steps, LearningToCacheConfig config) {
    return trainer(steps, config).train(dit.manager, TrainingListener.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 6})
  void everySecondStepComputesEverything(int steps) {
    Router router = train(steps, config(12 * steps, 10, 0));
    // Computing is dear here, so what may reuse does: every second step, the last one included.
    CachePlan plan = router.uncheckedPlan();
    assertThat(dit.setup(steps).plan(router)).isEqualTo(plan);
    dit.assertProvenance(router, BASE.threshold(), 7);
    assertThat(router.provenance().guidance()).isEqualTo(1);
    for (int step = 0; step < steps; step++) {
      boolean learns = step > 0 && (steps - 1 - step) % 2 == 0;
      assertThat(plan.reused(step)).as("step %d", step).isEqualTo(learns ? 4 : 0);
      if (!learns) {
        assertThat(router.logits()[step]).containsOnly(Router.LIMIT);
      }
    }
  }

  @Test
  void errorsKeepBranches() {
    // At no price, the error alone drives the scores up.
    float[][] before = train(6, config(1, 0, 0)).logits();
    float[][] after = train(6, config(60, 0, 0)).logits();
    double sum = 0;
    for (int step = 1; step < 6; step += 2) {
      for (int branch = 0; branch < 4; branch++) {
        sum += after[step][branch] - before[step][branch];
      }
    }
    assertThat(sum / 12).isGreaterThan(0.2);
  }

  @Test
  void sameSeedGivesTheSameRouter() {
    assertThat(train(4, BASE).logits()).isDeepEqualTo(train(4, BASE).logits());
    LearningToCacheConfig other = new LearningToCacheConfig(8, 3, 0.1, 1e-5, 0.5, 0.3, 8);
    assertThat(Arrays.deepEquals(train(4, BASE).logits(), train(4, other).logits())).isFalse();
  }

  @Test
  void killedTrainingEndsAsOneThatRanThrough() throws IOException {
    Path file = folder.resolve("state.safetensors");
    CheckpointPlan saving = new CheckpointPlan(file, 3, true);
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
            if (progress.trajectory() == 5) {
              throw new IllegalStateException("killed");
            }
          }
        };
    assertThatThrownBy(() -> trainer(4, BASE).train(dit.manager, saving, killer))
        .hasMessage("killed");
    Router resumed = trainer(4, BASE).train(dit.manager, saving, TrainingListener.NONE);
    assertThat(resumed.logits()).isDeepEqualTo(train(4, BASE).logits());
    assertThatThrownBy(
            () ->
                trainer(4, config(8, 0.25, 0.3)).train(dit.manager, saving, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beta=1.0E-5")
        .hasMessageContaining("beta=0.25");
    assertThatThrownBy(
            () ->
                trainer(4, config(5, 1e-5, 0.3)).train(dit.manager, saving, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("updates is 5", "saved after 8");
  }

  @Test
  void aStateOfOtherImagesIsRefused() throws IOException {
    CheckpointPlan saving = new CheckpointPlan(folder.resolve("state.safetensors"), 1, true);
    LearningToCacheConfig brief = config(1, 1e-5, 0);
    for (String name : List.of("cats", "cats", "dogs")) {
      LearningToCacheTrainer trainer =
          new LearningToCacheTrainer(dit.setup(4), new Named(name), brief);
      if (name.equals("cats")) {
        trainer.train(dit.manager, saving, TrainingListener.NONE);
      } else {
        assertThatThrownBy(() -> trainer.train(dit.manager, saving, TrainingListener.NONE))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("images=cats", "images=dogs");
      }
    }
  }

  private record Named(String name) implements ImageSource {
    @Override
    public Batch draw(NDManager manager, Random random, int count) {
      return images(manager, random, count);
    }

    @Override
    public Map<String, String> provenance() {
      return Map.of("images", name);
    }
  }

  @Test
  void progressAndMemory() {
    int before = dit.manager.getManagedArrays().size();
    Set<Integer> arrays = new HashSet<>();
    List<TrainingProgress> seen = new ArrayList<>();
    TrainingListener watch =
        new TrainingListener() {
          @Override
          public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
            arrays.add(dit.manager.getManagedArrays().size());
            seen.add(progress);
          }
        };
    Router router = trainer(4, config(20, 1e-5, 0.3)).train(dit.manager, watch);
    assertThat(arrays).hasSize(1);
    assertThat(dit.manager.getManagedArrays()).hasSize(before);
    assertThat(seen).hasSize(20);
    TrainingProgress last = seen.get(19);
    assertThat(last.trajectory()).isEqualTo(20);
    assertThat(last.error()).isPositive();
    assertThat(last.loss()).isGreaterThan(last.error());
    assertThat(last.cacheUtilisation())
        .isCloseTo(router.uncheckedPlan().cacheUtilisation(), within(1e-12));
  }

  @Test
  void droppedLabelsAreTheNullLabel() {
    List<long[]> labels = new ArrayList<>();
    WatchedDenoiser watched =
        new WatchedDenoiser(
            dit.model, (x, time, conditioning) -> labels.add(conditioning.head().toLongArray()));
    LearningToCacheTrainer recording =
        new LearningToCacheTrainer(
            dit.setup(watched, TinyDit.IDENTITY, 4),
            LearningToCacheTrainerTest::images,
            config(40, 0, 0.25));
    recording.train(dit.manager, TrainingListener.NONE);
    // Three forwards for each update, all with the same labels.
    assertThat(labels).hasSize(120);
    int dropped = 0;
    for (int i = 0; i < 120; i += 3) {
      assertThat(labels.get(i)).isEqualTo(labels.get(i + 1)).isEqualTo(labels.get(i + 2));
      dropped += (int) Arrays.stream(labels.get(i)).filter(label -> label == 10).count();
    }
    // 120 labels, each dropped with probability 1 / 4: 30, and 5 deviations of 4.7.
    assertThat(dropped).isBetween(7, 53);
  }

  @Test
  void dropoutNeedsANullLabel() {
    LearningToCacheTrainer trainer =
        new LearningToCacheTrainer(
            dit.setup(4),
            (owner, random, count) -> {
              ImageSource.Batch batch = images(owner, random, count);
              return new ImageSource.Batch(
                  batch.images(),
                  new Conditioning(batch.conditioning().conditional(), new NDList()));
            },
            BASE);
    assertThatThrownBy(() -> trainer.train(dit.manager, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label dropout is 0.3");
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> trainer(1, BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("steps is 1");
    assertThatThrownBy(() -> config(0, 0, 0)).hasMessageContaining("updates is 0");
    assertThatThrownBy(() -> config(1, -1, 0)).hasMessageContaining("beta is -1.0");
    assertThatThrownBy(() -> config(1, 0, 1.5)).hasMessageContaining("label dropout is 1.5");
    assertThat(LearningToCacheConfig.published().settings())
        .containsEntry("beta", "5.0E-6")
        .containsEntry("learning_rate", "0.001");
  }
}
