package io.harmonica.train;

import static io.harmonica.train.TinyTraining.BASE;
import static io.harmonica.train.TinyTraining.STEPS;
import static io.harmonica.train.TinyTraining.assertSame;
import static io.harmonica.train.TinyTraining.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import io.harmonica.train.TinyTraining.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training saves, how it goes on from there, and what it refuses to go on from. */
final class RouterTrainerCheckpointTest {
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

  private static RouterTrainer trainer(RouterTrainerConfig config) {
    return dit.trainer(STEPS, config);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void killedAndResumedEndsAsOneThatRanThrough(int killedAfter) throws IOException {
    Path file = folder.resolve("state.safetensors");
    CheckpointPlan saving = new CheckpointPlan(file, 2, true);
    assertThatThrownBy(
            () -> trainer(BASE).trainState(dit.manager, saving, new TinyDit.Killer(killedAfter)))
        .hasMessage("killed");
    assertThat(Files.exists(file)).isEqualTo(killedAfter > 2);
    Watch watch = new Watch(dit);
    TrainableRouter resumed = trainer(BASE).trainState(dit.manager, saving, watch);
    assertSame(resumed, trainer(BASE).trainState(dit.manager, TrainingListener.NONE));
    // The trajectory of the kill is run again, after the last save before it.
    int saved = (killedAfter - 1) / 2 * 2;
    assertThat(watch.trajectories.get(0).trajectory()).isEqualTo(saved + 1);
    assertThat(watch.trajectories).hasSize(6 - saved);
  }

  @Test
  void finishedTrainingIsReadBackAndNotRunAgain() throws IOException {
    CheckpointPlan saving = new CheckpointPlan(folder.resolve("state.safetensors"), 4, true);
    TrainableRouter router = trainer(BASE).trainState(dit.manager, saving, TrainingListener.NONE);
    Watch watch = new Watch(dit);
    assertSame(trainer(BASE).trainState(dit.manager, saving, watch), router);
    assertThat(watch.trajectories).isEmpty();
  }

  private Path finished() throws IOException {
    Path file = folder.resolve("state.safetensors");
    RouterTrainerConfig brief = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    trainer(brief)
        .trainState(dit.manager, new CheckpointPlan(file, 1, false), TrainingListener.NONE);
    return file;
  }

  private TrainableRouter resume(Path file, RouterTrainerConfig config) throws IOException {
    return trainer(config)
        .trainState(dit.manager, new CheckpointPlan(file, 1, true), TrainingListener.NONE);
  }

  @Test
  void otherSettingsAreRefusedWithBothValues() throws IOException {
    Path file = finished();
    assertThatThrownBy(() -> resume(file, with(1, 0.05, 0.25, 1, LambdaRule.UNIFORM, 11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("beta=1.0E-4")
        .hasMessageContaining("beta=0.25");
    assertThatThrownBy(() -> resume(file, with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed=11")
        .hasMessageContaining("seed=99");
  }

  @Test
  void moreTrajectoriesThanAskedForAreRefused() throws IOException {
    Path file = folder.resolve("state.safetensors");
    resume(file, with(2, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11));
    assertThatThrownBy(() -> resume(file, with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "trajectories is 1, but %s was saved after 2; give at least 2 or do not resume"
                .formatted(file));
  }

  @Test
  void anotherModelIsRefusedWithBothHashes() throws IOException {
    Path file = finished();
    RouterTrainerConfig config = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    ModelIdentity other = new ModelIdentity(TinyDit.IDENTITY.name(), "fedc9876", Map.of());
    RouterTrainer trainer = new RouterTrainer(dit.setup(dit.model, other, STEPS), config);
    CheckpointPlan resuming = new CheckpointPlan(file, 1, true);
    assertThatThrownBy(() -> trainer.train(dit.manager, resuming, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("model=" + TinyDit.IDENTITY.sha256())
        .hasMessageContaining("model=" + other.sha256());
  }

  @Test
  void otherSettingsAreNoMatterWithoutResuming() throws IOException {
    Path file = finished();
    RouterTrainerConfig other = with(1, 0.05, 0.25, 1, LambdaRule.UNIFORM, 11);
    TrainableRouter router =
        trainer(other)
            .trainState(dit.manager, new CheckpointPlan(file, 1, false), TrainingListener.NONE);
    assertSame(resume(file, other), router);
  }

  @Test
  void truncatedCheckpointIsRefused() throws IOException {
    Path file = finished();
    byte[] whole = Files.readAllBytes(file);
    RouterTrainerConfig config = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> resume(file, config))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void fileOfAnotherKindIsRefused() throws IOException {
    Path file = folder.resolve("other.safetensors");
    new SafetensorsWriter().put("logits", new Shape(1, 1), new float[1]).write(file);
    assertThatThrownBy(() -> resume(file, BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"updates", "trajectory", "since_refresh"})
  void checkpointWithoutACounterIsRefused(String missing) throws IOException {
    Path file = finished();
    SafetensorsWriter writer = new SafetensorsWriter();
    Path damaged = folder.resolve("damaged.safetensors");
    try (SafetensorsFile whole = SafetensorsFile.open(file)) {
      whole
          .metadata()
          .forEach(
              (name, value) -> {
                if (!name.equals(missing)) {
                  writer.metadata(name, value);
                }
              });
      for (String name : whole.names()) {
        writer.put(name, whole);
      }
      writer.write(damaged);
    }
    RouterTrainerConfig config = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    assertThatThrownBy(() -> resume(damaged, config))
        .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
        .hasMessageContaining(damaged.toString());
  }
}
