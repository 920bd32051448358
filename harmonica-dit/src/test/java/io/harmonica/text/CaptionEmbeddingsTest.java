package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From prompts to saved embeddings with the reference pipeline's tokenizer and encoder. */
final class CaptionEmbeddingsTest {
  private static final Path PIPELINE = Goldens.folder("pixart-tiny");
  private static final int TOKENS = 12;
  private static final List<String> PROMPTS =
      List.of("A photo of a small red bird ", "a city street at night", "Tea\n\ud83d<b>");
  private static final EmbeddingsProvenance PROVENANCE =
      new EmbeddingsProvenance("tiny", "ab12", "float32", "1.2");

  @TempDir private Path folder;
  private NDManager manager;
  private CaptionTokenizer tokenizer;
  private T5Encoder encoder;
  private CaptionEncoder captions;

  @BeforeEach
  void open() throws IOException {
    manager = NDManager.newBaseManager("PyTorch");
    tokenizer = CaptionTokenizer.open(PIPELINE);
    encoder = T5Encoder.open(PIPELINE, Precision.FLOAT32, manager);
    captions = new CaptionEncoder(tokenizer, encoder, CaptionCleaner.RULES, TOKENS, PROVENANCE);
  }

  @AfterEach
  void close() {
    encoder.close();
    tokenizer.close();
    manager.close();
  }

  @Test
  void aPipelineThatCannotBeOpenedClosesThem() {
    CaptionList list = new CaptionList(List.of("a"), "", List.of(1, 1), 3, 2, PROVENANCE);
    AtomicInteger closed = new AtomicInteger();
    PipelineOptions options =
        PipelineOptions.defaults()
            .captions(new CaptionEmbeddings(list, i -> new float[2], closed::incrementAndGet));
    DiffusionPipeline.Source broken =
        (owner, how) -> {
          throw new IOException("broken");
        };
    assertThatThrownBy(() -> DiffusionPipeline.open(broken, options)).hasMessage("broken");
    assertThat(closed).hasValue(1);
    assertThatThrownBy(() -> DiffusionPipeline.open(folder, options))
        .isInstanceOf(MalformedCheckpointException.class);
    assertThat(closed).hasValue(2);
  }

  @Test
  void embeddingsAreThoseOfTheReference() throws IOException {
    try (SafetensorsFile expected = SafetensorsFile.open(PIPELINE.resolve("expected.safetensors"));
        CaptionEmbeddings found = captions.encode(PROMPTS, "");
        EncodedCaptions batch = found.batch(manager, 0, 1);
        EncodedCaptions negative = found.negative(manager, 2)) {
      int[] mask = expected.read("attention_mask", manager).toIntArray();
      assertThat(batch.mask().toFloatArray()).containsExactly(floats(mask));
      Goldens.assertClose(
          batch.embeddings().toFloatArray(),
          masked(expected.readFloats("prompt_embeds"), mask),
          "prompt_embeds");
      int[] negativeMask = expected.read("negative_mask", manager).toIntArray();
      assertThat(negative.mask().toFloatArray()).containsExactly(floats(negativeMask));
      Goldens.assertClose(
          negative.embeddings().toFloatArray(),
          masked(expected.readFloats("negative_embeds"), negativeMask),
          "negative_embeds");
    }
  }

  private static float[] floats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  /** The reference has something in the padding, which no model looks at; here it is 0. */
  private static float[] masked(float[] values, int[] mask) {
    int width = values.length / mask.length;
    for (int i = 0; i < values.length; i++) {
      values[i] *= mask[i / width];
    }
    return values;
  }

  @Test
  void savedEmbeddingsAreTheSame() throws IOException {
    Path file = folder.resolve("prompts.safetensors");
    List<Integer> progress = new ArrayList<>();
    captions.encode(PROMPTS, "ugly", file, TensorType.F32, progress::add);
    assertThat(progress).isNotEmpty().endsWith(4);
    try (CaptionEmbeddings saved = CaptionEmbeddings.open(file);
        CaptionEmbeddings memory = captions.encode(PROMPTS, "ugly")) {
      assertThat(saved.prompts()).hasSize(3).startsWith(PROMPTS.get(0)).endsWith("Tea\n\ufffd<b>");
      assertThat(saved.negativePrompt()).isEqualTo("ugly");
      assertThat(saved.tokens()).isEqualTo(TOKENS);
      assertThat(saved.width()).isEqualTo(32);
      assertThat(saved.provenance()).isEqualTo(PROVENANCE);
      assertThat(saved.metadata()).isEqualTo(memory.metadata());
      EncodedCaptions read = saved.batch(manager, 2, 0, 2);
      EncodedCaptions kept = memory.batch(manager, 2, 0, 2);
      assertThat(read.embeddings().getShape()).isEqualTo(new Shape(3, TOKENS, 32));
      assertThat(read.embeddings().toFloatArray()).isEqualTo(kept.embeddings().toFloatArray());
      assertThat(read.mask().toFloatArray()).isEqualTo(kept.mask().toFloatArray());
      assertThat(saved.negative(manager, 1).embeddings().toFloatArray())
          .isEqualTo(memory.negative(manager, 1).embeddings().toFloatArray());
      Path again = folder.resolve("again.safetensors");
      saved.write(again, TensorType.F32);
      assertThat(again).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void halfPrecisionIsExactToItsDigits() throws IOException {
    Path file = folder.resolve("half.safetensors");
    try (CaptionEmbeddings memory = captions.encode(PROMPTS, "")) {
      memory.write(file, TensorType.F16);
      try (CaptionEmbeddings half = CaptionEmbeddings.open(file)) {
        float[] exact = memory.batch(manager, 0, 1, 2).embeddings().toFloatArray();
        float[] rounded = half.batch(manager, 0, 1, 2).embeddings().toFloatArray();
        for (int i = 0; i < exact.length; i++) {
          assertThat(Math.abs(rounded[i] - exact[i]))
              .isLessThanOrEqualTo(Math.max(Math.abs(exact[i]) / 2048, 0x1p-25f));
        }
      }
    }
  }

  @Test
  void numbersOfAnyMagnitudeAreNotWrittenAsHalves() throws IOException {
    CaptionList list = new CaptionList(List.of("a"), "", List.of(1, 1), 3, 2, PROVENANCE);
    Path file = folder.resolve("large.safetensors");
    try (CaptionEmbeddings large =
        new CaptionEmbeddings(list, i -> new float[] {1, 70_000}, () -> {})) {
      large.write(file, TensorType.F32);
      assertThatThrownBy(() -> large.write(folder.resolve("half.safetensors"), TensorType.F16))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("70000.0, which F16 cannot");
    }
    assertThat(folder.resolve("half.safetensors")).doesNotExist();
  }

  @Test
  void manyPromptsGoInBatches() throws IOException {
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      prompts.add("bird ".repeat(1 + i % 3));
    }
    Path file = folder.resolve("many.safetensors");
    List<Integer> progress = new ArrayList<>();
    captions.encode(prompts, "", file, TensorType.F32, progress::add);
    assertThat(progress).hasSizeGreaterThan(2).isSorted().endsWith(131);
    try (CaptionEmbeddings all = CaptionEmbeddings.open(file);
        CaptionEmbeddings one = captions.encode(List.of("bird bird"), "")) {
      float[] expected = one.batch(manager, 0).embeddings().toFloatArray();
      Goldens.assertClose(all.batch(manager, 1).embeddings().toFloatArray(), expected, "first");
      Goldens.assertClose(all.batch(manager, 127).embeddings().toFloatArray(), expected, "last");
    }
  }

  @Test
  void aLongPromptTellsWhatWasCut() {
    CaptionTokens tokens = captions.tokenize("A PHOTO of a small red bird");
    assertThat(tokens.length()).isEqualTo(TOKENS);
    assertThat(tokens.cut()).isEqualTo("l red bird");
    assertThat(captions.tokenize("#12").length()).isEqualTo(1);
  }

  @Test
  void theHashIsThatOfAFileWithTheLines() {
    // printf 'a\nb\n' | sha256sum
    assertThat(EmbeddingsProvenance.sha256(List.of("a", "b")))
        .isEqualTo("911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2");
  }

  @Test
  void refusesWhatIsNotThere() throws IOException {
    assertThatThrownBy(() -> captions.encode(List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no prompt");
    try (CaptionEmbeddings found = captions.encode(PROMPTS, "")) {
      assertThatThrownBy(() -> found.batch(manager, 3))
          .hasMessage("there is no prompt 3; expected 0 to 2");
      assertThatThrownBy(() -> found.batch(manager))
          .hasMessage("no prompt is asked for; expected at least one");
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path file = folder.resolve("other.safetensors");
    new SafetensorsWriter().put("x", new Shape(1), new float[1]).write(file);
    refuses(file, "it is no harmonica-captions/1 file");
    writeWith(file, "0", 2, 2);
    refuses(file, "its number of tokens is no number above 0");
    writeWith(file, "3", 4, 2);
    refuses(file, "prompt.0 is (4, 2), expected (1 to 3, 2)");
    writeWith(file, "3", 2, 5);
    refuses(file, "prompt.0 is (2, 5), expected (1 to 3, 2)");
    byte[] sound = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(sound, sound.length - 1));
    refuses(file, "");
  }

  private static void writeWith(Path file, String tokens, int length, int width)
      throws IOException {
    new SafetensorsWriter()
        .metadata("format", "harmonica-captions/1")
        .metadata("tokens", tokens)
        .metadata("prompt.0", "a")
        .put("prompt.0", new Shape(length, width), new float[length * width])
        .put("negative", new Shape(1, 2), new float[2])
        .write(file);
  }

  private static void refuses(Path file, String message) {
    assertThatThrownBy(() -> CaptionEmbeddings.open(file).close())
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
