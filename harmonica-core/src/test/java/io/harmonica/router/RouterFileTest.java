package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Routers as files. */
final class RouterFileTest {
  private static final String FORMAT = "harmonica-router/1";
  private static final float[][] LOGITS = {{5, 5, 5}, {0.1f, -2, 1e-7f}};

  @TempDir Path folder;

  private Path path;

  @BeforeEach
  void choosePlace() {
    path = folder.resolve("router.safetensors");
  }

  private static Router scores(Map<String, String> settings) {
    return new Router(
        LOGITS,
        new RouterProvenance(
            "DiT \"tiny\" \u00e9", "0123abcd", "ddim", 1.5, 0.1, -42, "0.1.0", settings));
  }

  @Test
  void everythingComesBack() throws IOException {
    Router written = scores(Map.of("beta", "7.0E-8", "student", "blend"));
    RouterFile.write(path, written);
    Router read = RouterFile.read(path);
    assertThat(read.logits()).isDeepEqualTo(LOGITS);
    assertThat(read.provenance()).isEqualTo(written.provenance());
  }

  @Test
  void logitsAreATensorThatOthersCanRead() throws IOException {
    RouterFile.write(path, scores(Map.of()));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).containsExactly("logits");
      assertThat(file.info("logits").shape()).isEqualTo(new Shape(2, 3));
      assertThat(file.readFloats("logits")).containsExactly(5, 5, 5, 0.1f, -2, 1e-7f);
      assertThat(file.metadata()).containsEntry("format", FORMAT).containsEntry("sampler", "ddim");
    }
  }

  @Test
  void sameRouterGivesTheSameBytes() throws IOException {
    Map<String, String> upwards = new LinkedHashMap<>();
    Map<String, String> downwards = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      upwards.put("name" + i, "value");
      downwards.put("name" + (19 - i), "value");
    }
    Path other = folder.resolve("other.safetensors");
    RouterFile.write(path, scores(upwards));
    RouterFile.write(other, scores(downwards));
    assertThat(path).hasSameBinaryContentAs(other);
  }

  @Test
  void writingReplacesTheFileAsAWhole() throws IOException {
    Files.writeString(path, "what was here before");
    RouterFile.write(path, scores(Map.of()));
    assertThat(RouterFile.read(path).logits()).isDeepEqualTo(LOGITS);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void absentProvenanceIsUnknown() throws IOException {
    router(new Shape(2, 3), 6).write(path);
    RouterProvenance provenance = RouterFile.read(path).provenance();
    assertThat(provenance.modelHash()).isEmpty();
    assertThat(provenance.sampler()).isEmpty();
    assertThat(provenance.guidance()).isZero();
    assertThat(provenance.settings()).isEmpty();
  }

  private static SafetensorsWriter router(Shape shape, int count) {
    return new SafetensorsWriter()
        .metadata("format", FORMAT)
        .put("logits", shape, new float[count]);
  }

  /** Files that are safetensors but no routers. */
  static Stream<Map.Entry<String, SafetensorsWriter>> malformed() {
    SafetensorsWriter bare = new SafetensorsWriter();
    float[] nan = {0, Float.NaN};
    float[] infinite = {0, Float.NEGATIVE_INFINITY};
    return Stream.of(
        Map.entry("no format", bare.put("logits", new Shape(1, 2), new float[2])),
        Map.entry(
            "a later format",
            new SafetensorsWriter()
                .metadata("format", "harmonica-router/2")
                .put("logits", new Shape(1, 2), new float[2])),
        Map.entry("no tensor", new SafetensorsWriter().metadata("format", FORMAT)),
        Map.entry(
            "another tensor",
            new SafetensorsWriter()
                .metadata("format", FORMAT)
                .put("scores", new Shape(1, 2), new float[2])),
        Map.entry("one dimension", router(new Shape(4), 4)),
        Map.entry("three dimensions", router(new Shape(1, 2, 2), 4)),
        Map.entry("a scalar", router(new Shape(), 1)),
        Map.entry("no steps", router(new Shape(0, 4), 0)),
        Map.entry("no branches", router(new Shape(4, 0), 0)),
        Map.entry(
            "NaN",
            new SafetensorsWriter().metadata("format", FORMAT).put("logits", new Shape(1, 2), nan)),
        Map.entry(
            "infinity",
            new SafetensorsWriter()
                .metadata("format", FORMAT)
                .put("logits", new Shape(2, 1), infinite)),
        Map.entry(
            "whole numbers",
            new SafetensorsWriter()
                .metadata("format", FORMAT)
                .put("logits", new Shape(1, 2), new long[2])));
  }

  @ParameterizedTest
  @MethodSource
  void malformed(Map.Entry<String, SafetensorsWriter> file) throws IOException {
    file.getValue().write(path);
    assertRefused();
  }

  @ParameterizedTest
  @CsvSource({"guidance, strong", "threshold, ''", "seed, 1.5", "seed, 99999999999999999999"})
  void numbersThatAreNone(String key, String value) throws IOException {
    router(new Shape(1, 2), 2).metadata(key, value).write(path);
    assertThatThrownBy(() -> RouterFile.read(path))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("its metadata has %s \"%s\", expected a number", key, value);
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    RouterFile.write(path, scores(Map.of()));
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertRefused();
    }
  }

  private void assertRefused() {
    assertThatThrownBy(() -> RouterFile.read(path))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void absentFileIsNamed() {
    assertThatThrownBy(() -> RouterFile.read(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void hugeEmptyLogitsAreRefused() throws IOException {
    router(new Shape(1L << 31, 0), 0).write(path);
    assertRefused();
  }
}
