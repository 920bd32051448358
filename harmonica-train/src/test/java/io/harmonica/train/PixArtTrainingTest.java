package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.pixart.LoadedPixArt;
import io.harmonica.pixart.PixArtCheckpoint;
import io.harmonica.pixart.PixArtInput;
import io.harmonica.pixart.PixArtModel;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The trainer, which knows no model, on one with three kinds of branches and captions. */
final class PixArtTrainingTest {
  private static final int STEPS = 4;
  private static final Shape SAMPLE = new Shape(4, 8, 8);
  private static final Guidance GUIDANCE = new Guidance(4.5, 8);

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private PixArtModel model;
  private DiffusersScheduler scheduler;
  private EncodedCaptions captions;
  private EncodedCaptions negative;

  @BeforeEach
  void open() throws IOException, URISyntaxException {
    Path folder = Path.of(getClass().getResource("/goldens/pixart-tiny").toURI());
    LoadedPixArt loaded = PixArtCheckpoint.open(folder, Precision.FLOAT32, manager);
    model =
        new PixArtModel(manager, loaded.config(), new PixArtInput(8, 8, 2, 12), loaded.weights());
    scheduler = DiffusersScheduler.open(folder);
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      captions =
          new EncodedCaptions(
              file.read("prompt_embeds", manager), file.read("attention_mask", manager));
      negative =
          new EncodedCaptions(
              file.read("negative_embeds", manager), file.read("negative_mask", manager));
    }
  }

  @AfterEach
  void close() {
    model.close();
    manager.close();
  }

  /** Picks captions at random. */
  private Conditioning draw(NDManager owner, Random random, int count) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray rows = scope.create(random.ints(count, 0, 2).toArray());
      EncodedCaptions drawn =
          new EncodedCaptions(captions.embeddings().get(rows), captions.mask().get(rows));
      drawn.embeddings().attach(scope);
      drawn.mask().attach(scope);
      EncodedCaptions none =
          new EncodedCaptions(negative.embeddings().get(":1"), negative.mask().get(":1"));
      none.embeddings().attach(scope);
      none.mask().attach(scope);
      return model.condition(owner, drawn, none);
    }
  }

  private static RouterTrainerConfig config(StudentRule student) {
    return new RouterTrainerConfig(
        4,
        2,
        1,
        0.05,
        1e-4,
        0.1,
        6,
        ImageErrorProxy.LEAVE_ONE_OUT,
        LambdaRule.IMAGE_ERROR,
        student,
        new TaylorForecast(0),
        Optional.empty(),
        3);
  }

  private TrainableRouter train(StudentRule student, TrainingListener listener) {
    SamplingSetup setup =
        new SamplingSetup(
            model,
            ModelIdentity.named("pixart-tiny"),
            scheduler::sampler,
            STEPS,
            GUIDANCE,
            SAMPLE,
            this::draw);
    return new RouterTrainer(setup, config(student)).trainState(manager, listener);
  }

  @ParameterizedTest
  @EnumSource(StudentRule.class)
  void everyKindOfBranchLearns(StudentRule student) {
    List<Integer> arrays = new ArrayList<>();
    List<float[]> lambdas = new ArrayList<>();
    TrainingListener watch =
        new TrainingListener() {
          @Override
          public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
            arrays.add(manager.getManagedArrays().size());
          }

          @Override
          public void afterRefresh(int trajectory, ProxyMeasurement measured, float[] lambda) {
            lambdas.add(lambda);
          }
        };
    TrainableRouter router = train(student, watch);
    // The proxy is measured in every second trajectory.
    assertThat(arrays.subList(2, 4))
        .as("arrays in memory after each trajectory")
        .isEqualTo(arrays.subList(0, 2));
    assertThat(lambdas).hasSize(2);
    assertThat(router.state().updates()).containsExactly(0, 4, 4, 4);
    // AdamW's first moment is where the gradients went.
    float[][] moments = router.state().first();
    Set<BranchKind> learned = new HashSet<>();
    for (int branch = 0; branch < model.layout().branches(); branch++) {
      if (moments[1][branch] != 0) {
        learned.add(model.layout().kind(branch));
      }
    }
    assertThat(learned).containsExactlyInAnyOrder(BranchKind.values());
  }

  @Test
  void seedDecidesEverything() {
    TrainableRouter first = train(StudentRule.BLEND, TrainingListener.NONE);
    TrainableRouter second = train(StudentRule.BLEND, TrainingListener.NONE);
    assertThat(second.state().logits()).isDeepEqualTo(first.state().logits());
  }
}
