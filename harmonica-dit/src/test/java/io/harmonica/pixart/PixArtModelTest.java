package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import io.harmonica.kernel.Precision;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.CachePlan;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hook, padding, and memory. */
final class PixArtModelTest {
  private static final Offset<Float> CLOSE = Offset.offset(1e-4f);

  private static NDArray noise(NDManager manager, int count, int height, int width) {
    return Noise.normal(manager, new Random(3), new Shape(count, 4, height, width));
  }

  private static float[] predict(PixArtModel model, NDArray x, NDList conditioning) {
    return model.predict(x, 500, conditioning, CacheHook.COMPUTE).toFloatArray();
  }

  @Test
  void hookIsAskedOnceForEveryBranchInOrder() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny")) {
      List<Integer> asked = new ArrayList<>();
      CacheHook hook =
          (branch, compute) -> {
            asked.add(branch);
            NDArray fresh = compute.get();
            assertThat(fresh.getShape()).isEqualTo(new Shape(2, 16, 64));
            return fresh;
          };
      tiny.model.predict(tiny.noise, 500, tiny.condition().conditional(), hook);
      assertThat(asked).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(tiny.model.layout().kinds())
          .containsExactly(
              BranchKind.SELF_ATTENTION, BranchKind.CROSS_ATTENTION, BranchKind.FEED_FORWARD);
    }
  }

  @Test
  void replayedBranchesGiveTheSameOutput() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny")) {
      NDList asked = tiny.condition().conditional();
      NDList outputs = new NDList();
      CacheHook record =
          (branch, compute) -> {
            NDArray fresh = compute.get();
            outputs.add(fresh);
            fresh.attach(tiny.manager.newSubManager());
            return fresh;
          };
      NDArray full = tiny.model.predict(tiny.noise, 500, asked, record);
      CacheHook replay = (branch, compute) -> outputs.get(branch);
      NDArray replayed = tiny.model.predict(tiny.noise, 500, asked, replay);
      assertThat(replayed.toFloatArray()).isEqualTo(full.toFloatArray());
      // Each branch matters, through its gate or without one.
      for (int branch = 0; branch < outputs.size(); branch++) {
        int silenced = branch;
        CacheHook without =
            (asking, compute) ->
                asking == silenced ? outputs.get(asking).mul(0) : outputs.get(asking);
        NDArray other = tiny.model.predict(tiny.noise, 500, asked, without);
        assertThat(other.sub(full).abs().max().getFloat()).as("branch %d", branch).isPositive();
      }
    }
  }

  @Test
  void samplesOfABatchDoNotSeeEachOther() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-micro")) {
      NDList both = tiny.condition().conditional();
      NDList second = new NDList(both.stream().map(array -> array.get("1:")).toList());
      float[] together = predict(tiny.model, tiny.noise, both);
      float[] alone = predict(tiny.model, tiny.noise.get("1:"), second);
      float[] half = Arrays.copyOfRange(together, alone.length, together.length);
      assertThat(half).containsExactly(alone, CLOSE);
    }
  }

  @Test
  void paddingIsNotSeenAndTheCaptionIs() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny")) {
      EncodedCaptions captions = tiny.negative();
      NDArray mask = captions.mask().toType(DataType.FLOAT32, false);
      assertThat(mask.min().getFloat()).as("some tokens are padding").isZero();
      NDArray padding = mask.sub(1).mul(7).reshape(2, 12, 1);
      float[] plain = answer(tiny, captions);
      NDArray changed = captions.embeddings().add(padding);
      assertThat(answer(tiny, new EncodedCaptions(changed, captions.mask())))
          .containsExactly(plain, CLOSE);
      NDArray louder = captions.embeddings().add(mask.reshape(2, 12, 1));
      assertThat(answer(tiny, new EncodedCaptions(louder, captions.mask()))).isNotEqualTo(plain);
    }
  }

  private static float[] answer(TinyPixArt tiny, EncodedCaptions captions) throws IOException {
    Conditioning asked = tiny.model.condition(tiny.manager, captions, tiny.negative());
    return predict(tiny.model, tiny.noise, asked.conditional());
  }

  @Test
  void oneNegativeCaptionServesAll() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-micro")) {
      EncodedCaptions negative = tiny.negative();
      EncodedCaptions one =
          new EncodedCaptions(negative.embeddings().get(":1"), negative.mask().get(":1"));
      NDList each = tiny.condition().unconditional();
      NDList shared = tiny.model.condition(tiny.manager, tiny.captions(), one).unconditional();
      for (int i = 0; i < each.size(); i++) {
        assertThat(shared.get(i).toFloatArray()).containsExactly(each.get(i).toFloatArray(), CLOSE);
      }
    }
  }

  @Test
  void captionsThatDoNotFitAreRefused() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny")) {
      EncodedCaptions good = tiny.captions();
      EncodedCaptions shorter =
          new EncodedCaptions(good.embeddings().get(":, :11"), good.mask().get(":, :11"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tiny.model.condition(tiny.manager, shorter, good))
          .withMessageContaining("(2, 11, 32), expected (2, 12, 32)");
      EncodedCaptions unmasked = new EncodedCaptions(good.embeddings(), good.mask().get(":, :11"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tiny.model.condition(tiny.manager, unmasked, good))
          .withMessageContaining("mask is (2, 11), expected (2, 12)");
      NDArray wrong = noise(tiny.manager, 2, 8, 6);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> predict(tiny.model, wrong, tiny.condition().conditional()))
          .withMessageContaining("(2, 4, 8, 6)")
          .withMessageContaining("(2, 4, 8, 8)");
    }
  }

  @Test
  void memoryIsTheResultAlone() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-micro");
        NDManager scope = tiny.manager.newSubManager()) {
      NDList asked = tiny.condition().conditional();
      NDArray x = noise(scope, 2, 8, 8);
      tiny.model.predict(x, 500, asked, CacheHook.COMPUTE);
      int once = scope.getManagedArrays().size();
      tiny.model.predict(x, 500, asked, CacheHook.COMPUTE);
      assertThat(scope.getManagedArrays().size() - once).isEqualTo(1);
    }
  }

  @Test
  void conditioningIsAllThatIsLeftOfMakingIt() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-micro");
        NDManager scope = tiny.manager.newSubManager()) {
      tiny.model.condition(scope, tiny.captions(), tiny.negative());
      assertThat(scope.getManagedArrays()).hasSize(6);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void staysCloseToSinglePrecision(Precision precision) throws IOException {
    try (TinyPixArt single = new TinyPixArt("pixart-micro");
        TinyPixArt other = new TinyPixArt("pixart-micro", precision)) {
      float[] expected = predict(single.model, single.noise, single.condition().conditional());
      float[] actual = predict(other.model, other.noise, other.condition().conditional());
      // Three digits of bfloat16, on values up to 4.
      Offset<Float> tolerance = Offset.offset(precision == Precision.FLOAT32 ? 1e-6f : 0.1f);
      assertThat(actual).containsExactly(expected, tolerance);
    }
  }

  @Test
  void cachedSamplingFollowsItsPlanWithAllThreeKinds() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny")) {
      int steps = 4;
      int branches = tiny.model.layout().branches();
      boolean[][] computes = new boolean[steps][branches];
      Arrays.fill(computes[0], true);
      for (int branch = 0; branch < branches; branch++) {
        computes[2][branch] = branch % 3 != 1;
        computes[3][branch] = branch % 3 == 1;
      }
      List<List<Integer>> computed = new ArrayList<>();
      float[] cached =
          sample(
              tiny,
              CachePlan.of(steps, branches, (step, branch) -> computes[step][branch]),
              computed);
      assertThat(computed.get(0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(computed.get(1)).isEmpty();
      assertThat(computed.get(2)).containsExactly(0, 2, 3, 5, 6, 8);
      assertThat(computed.get(3)).containsExactly(1, 4, 7);
      CachePlan full = CachePlan.ofSteps(steps, branches, step -> true);
      assertThat(cached).isNotEqualTo(sample(tiny, full, new ArrayList<>()));
    }
  }

  /** Samples through a model that notes which branches really run. */
  private static float[] sample(TinyPixArt tiny, CachePlan plan, List<List<Integer>> computed)
      throws IOException {
    Sampler sampler = DiffusersScheduler.open(tiny.folder).sampler(plan.steps(), 0);
    NotingDenoiser noting = new NotingDenoiser(tiny.model, computed);
    try (GuidedDenoiser guided =
        new GuidedDenoiser(tiny.manager, noting, tiny.condition(), new Guidance(4.5, 8))) {
      return DenoisingLoop.sample(
              tiny.manager, guided, sampler, plan, tiny.noise, DenoisingLoop.Listener.NONE)
          .toFloatArray();
    }
  }
}
