package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny text encoder of the reference pipeline against transformers' float32 output. */
final class T5EncoderTest {
  private static final Path PIPELINE = Goldens.folder("pixart-tiny");

  private NDManager manager;
  private SafetensorsFile expected;
  private T5Encoder encoder;

  @BeforeEach
  void open() throws IOException {
    manager = NDManager.newBaseManager("PyTorch");
    expected = SafetensorsFile.open(PIPELINE.resolve("expected.safetensors"));
    encoder = T5Encoder.open(PIPELINE, Precision.FLOAT32, manager);
  }

  @AfterEach
  void close() throws IOException {
    encoder.close();
    expected.close();
    manager.close();
  }

  /** The reference's own ids, so that the tokenizer has no part in this. */
  private List<CaptionTokens> reference(String ids, String mask) throws IOException {
    int[] allIds = expected.read(ids, manager).toIntArray();
    int[] allMasks = expected.read(mask, manager).toIntArray();
    int tokens = (int) expected.info(ids).shape().get(1);
    List<CaptionTokens> captions = new ArrayList<>();
    for (int start = 0; start < allIds.length; start += tokens) {
      int length = Arrays.stream(allMasks, start, start + tokens).sum();
      captions.add(
          new CaptionTokens(Arrays.copyOfRange(allIds, start, start + length), tokens, ""));
    }
    return captions;
  }

  private static CaptionTokens caption(int tokens, int... ids) {
    return new CaptionTokens(ids, tokens, "");
  }

  private static float largestError(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat() / b.abs().max().getFloat();
  }

  @Test
  void encodesAsTransformers() throws IOException {
    NDArray vectors = encoder.encode(manager, reference("input_ids", "attention_mask"));
    Goldens.assertClose(vectors, expected, "prompt_embeds");
    NDArray negative = encoder.encode(manager, reference("negative_ids", "negative_mask"));
    Goldens.assertClose(negative, expected, "negative_embeds");
  }

  @Test
  void bfloat16StaysClose() throws IOException {
    try (T5Encoder narrow = T5Encoder.open(PIPELINE, Precision.BFLOAT16, manager)) {
      List<CaptionTokens> captions = reference("input_ids", "attention_mask");
      NDArray vectors = narrow.encode(manager, captions);
      assertThat(vectors.getDataType()).isEqualTo(DataType.FLOAT32);
      float error = largestError(vectors, encoder.encode(manager, captions));
      assertThat(error).isGreaterThan(0).isLessThan(2e-2f);
    }
  }

  @Test
  void anInterruptedThreadEndsBetweenLayers() {
    int before = manager.getManagedArrays().size();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> encoder.encode(manager, List.of(caption(5, 7, 8, 9, 10, 1))))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("text encoder");
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void paddingIsNotSeen() {
    NDArray tight = encoder.encode(manager, List.of(caption(5, 7, 8, 9, 10, 1)));
    NDArray padded = encoder.encode(manager, List.of(caption(40, 7, 8, 9, 10, 1)));
    assertThat(largestError(padded.get(new NDIndex(":, :5")), tight)).isLessThan(1e-5f);
    NDArray other = encoder.encode(manager, List.of(caption(5, 7, 8, 9, 11, 1)));
    assertThat(largestError(other, tight)).isGreaterThan(1e-2f);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 300, 600})
  void chunksGiveTheSameVectors(int tokens) {
    CaptionTokens one = caption(tokens, 20, 1);
    CaptionTokens two = caption(tokens, 21, 1);
    List<CaptionTokens> many = new ArrayList<>(Collections.nCopies(7, one));
    many.add(5, two);
    NDArray all = encoder.encode(manager, many);
    assertThat(all.getShape().getShape()).containsExactly(8, tokens, 32);
    NDArray alone = encoder.encode(manager, List.of(one));
    NDArray second = encoder.encode(manager, List.of(two));
    for (int i = 0; i < 8; i++) {
      NDArray found = all.get(new NDIndex("{}:{}", i, i + 1));
      assertThat(largestError(found, i == 5 ? second : alone)).isLessThan(1e-5f);
    }
  }

  @Test
  void keepsNothingButTheResult() {
    encoder.encode(manager, List.of(caption(9, 5, 1))).close();
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 3; i++) {
      NDArray vectors = encoder.encode(manager, Collections.nCopies(300, caption(9, 5, 1)));
      assertThat(vectors.getManager()).isSameAs(manager);
      vectors.close();
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void closingFreesEverything() throws IOException {
    try (NDManager parent = manager.newSubManager()) {
      T5Encoder other = T5Encoder.open(PIPELINE, Precision.BFLOAT16, parent);
      assertThat(parent.getManagedArrays()).hasSizeGreaterThan(18);
      other.close();
      assertThat(parent.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void refusesWhatItCannotEncode() {
    assertThatThrownBy(() -> encoder.encode(manager, List.of()))
        .hasMessage("there is no caption to encode");
    assertThatThrownBy(() -> encoder.encode(manager, List.of(caption(3, 1), caption(4, 1))))
        .hasMessageContaining("padded to 4 tokens and another to 3");
    assertThatThrownBy(() -> encoder.encode(manager, List.of(caption(3, 200, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the token 200, but the text encoder knows 200");
    assertThatThrownBy(() -> T5Encoder.open(PIPELINE, Precision.FLOAT16, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float16");
  }
}
