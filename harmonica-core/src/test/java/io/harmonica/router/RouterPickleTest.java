package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a written router asks of Python: only what {@code torch.load(weights_only=True)} grants. The
 * bytes are taken apart here without this library's reader, beside those of a file that {@code
 * torch.save} wrote.
 */
class RouterPickleTest {
  /** The instructions of that loader, which are fewer than Python's. */
  private static final String GRANTED =
      "}])(tsueqrhjXGJKMN.cRbQU\u0080\u0081\u0085\u0086\u0087\u0088\u0089\u008a";

  private static final Set<String> TENSORS =
      Set.of("collections.OrderedDict", "torch.FloatStorage", "torch._utils._rebuild_tensor_v2");

  @TempDir Path folder;

  /** The instructions of a pickle, and the names that it looks up. */
  private record Pickle(Set<Character> instructions, Set<String> names) {}

  private static Path golden() {
    try {
      return Path.of(RouterPickleTest.class.getResource("/goldens/dit-tiny/router.pt").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A router with provenance of every kind: texts, truth values, numbers of all sizes. */
  private Path written() throws IOException {
    RouterProvenance provenance =
        new RouterProvenance(
            "m\u00fc",
            "0123abcd",
            "ddim",
            1.5,
            0.1,
            Long.MIN_VALUE,
            "0.1.0",
            Map.of("beta", "7.0E-8", "steps", "300", "clip", "true", "big", "70000", "neg", "-1"));
    Path file = folder.resolve("router.pt");
    float[][] logits = RandomRouters.logits(300, 8, new Random(1));
    PublicRouterFile.write(file, new Router(logits, provenance));
    return file;
  }

  private static Pickle pickle(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry =
          zip.stream().filter(e -> e.getName().endsWith("/data.pkl")).findFirst().orElseThrow();
      return take(ByteBuffer.wrap(zip.getInputStream(entry).readAllBytes()));
    }
  }

  private static Pickle take(ByteBuffer bytes) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    Pickle pickle = new Pickle(new TreeSet<>(), new TreeSet<>());
    while (bytes.hasRemaining()) {
      char instruction = (char) (bytes.get() & 0xff);
      pickle.instructions().add(instruction);
      switch (instruction) {
        case 'c' -> pickle.names().add(line(bytes) + "." + line(bytes));
        case 'X' -> skip(bytes, bytes.getInt());
        case 'U', '\u008a' -> skip(bytes, bytes.get() & 0xff);
        case 'G' -> skip(bytes, 8);
        case 'J', 'r', 'j' -> skip(bytes, 4);
        case 'M' -> skip(bytes, 2);
        case 'K', 'q', 'h', '\u0080' -> skip(bytes, 1);
        default ->
            assertThat("}])(tsueN.RbQ\u0081\u0085\u0086\u0087\u0088\u0089")
                .contains("" + instruction);
      }
    }
    return pickle;
  }

  private static void skip(ByteBuffer bytes, int count) {
    bytes.position(bytes.position() + count);
  }

  private static String line(ByteBuffer bytes) {
    StringBuilder line = new StringBuilder();
    for (char c = (char) bytes.get(); c != '\n'; c = (char) bytes.get()) {
      line.append(c);
    }
    return line.toString();
  }

  private static Set<Character> characters(String text) {
    Set<Character> characters = new TreeSet<>();
    text.chars().forEach(c -> characters.add((char) c));
    return characters;
  }

  @Test
  void onlyTensorsAreBuilt() throws IOException {
    Pickle ours = pickle(written());
    Pickle reference = pickle(golden());
    assertThat(ours.names()).isEqualTo(TENSORS);
    // What torch.save wrote beside them is what weights_only refuses.
    assertThat(reference.names()).containsAll(TENSORS).contains("argparse.Namespace").hasSize(4);
    assertThat(reference.instructions()).contains('\u0081', 'b');
    // No object is made of a class, and none gets a state.
    assertThat(ours.instructions()).doesNotContain('\u0081', 'b');
    assertThat(characters(GRANTED)).containsAll(ours.instructions());
    // The test sees every kind of value, or it would say little.
    assertThat(ours.instructions()).contains('X', 'G', 'J', 'K', 'M', 'r', '\u008a', '\u0088');
  }

  @Test
  void theArchiveIsLaidOutAsTorchSaveDoes() throws IOException {
    assertThat(layout(written()))
        .containsAll(List.of("data.pkl", "byteorder", "data/299", "version"));
    assertThat(layout(golden())).containsAll(List.of("data.pkl", "byteorder", "data/9", "version"));
    assertThat(content(written(), "version")).isEqualTo(content(golden(), "version"));
    assertThat(content(written(), "byteorder")).isEqualTo(content(golden(), "byteorder"));
  }

  /** The entries without the name of their folder. */
  private static List<String> layout(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream()
          .peek(entry -> assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED))
          .map(entry -> entry.getName().substring(entry.getName().indexOf('/') + 1))
          .toList();
    }
  }

  private static String content(Path file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry =
          zip.stream().filter(e -> e.getName().endsWith("/" + name)).findFirst().orElseThrow();
      return new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
