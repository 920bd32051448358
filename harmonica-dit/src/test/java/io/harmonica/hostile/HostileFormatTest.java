package io.harmonica.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a file holds, it is read or refused with an IOException, in proportion to its size. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class HostileFormatTest {
  private static final Path FOUND = Path.of("src", "test", "resources", "hostile");
  private static final int MUTATIONS = 10_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void soundFilesAreReadAndRestIsRefused(HostileFormat format) throws IOException {
    Path file = folder.resolve("file");
    for (byte[] seed : format.seeds()) {
      if (format == HostileFormat.SHARDS) {
        // Sound, but its files are missing.
        assertThatThrownBy(() -> format.read(seed, file)).isInstanceOf(IOException.class);
      } else {
        format.read(seed, file);
      }
    }
    format.bear(new byte[0], file);
    format.bear(new byte[100], file);
  }

  /** What the fuzzers found once stays mended. */
  @ParameterizedTest
  @EnumSource
  void whatWasFoundStaysMended(HostileFormat format) throws IOException {
    Path found = FOUND.resolve(format.name().toLowerCase(Locale.ROOT));
    if (Files.isDirectory(found)) {
      try (Stream<Path> files = Files.list(found)) {
        for (Path file : (Iterable<Path>) files.sorted()::iterator) {
          format.bear(Files.readAllBytes(file), folder.resolve("file"));
        }
      }
    }
  }

  /** A text may say anything, but not to the terminal. */
  @Test
  void textsOfConfigurationsAreQuoted() throws IOException {
    for (byte[] seed : HostileFormat.CONFIG.seeds()) {
      JsonObject members = JsonParser.parseString(new String(seed, UTF_8)).getAsJsonObject();
      for (String name : List.copyOf(members.keySet())) {
        JsonElement sound = members.get(name);
        members.addProperty(name, "\u001b[31m\u009b");
        HostileFormat.CONFIG.read(members.toString().getBytes(UTF_8), folder.resolve("file"));
        members.add(name, sound);
      }
      members.addProperty("\u001b[31m", 1);
      HostileFormat.CONFIG.read(members.toString().getBytes(UTF_8), folder.resolve("file"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void someMutationsAreBorne(HostileFormat format) throws IOException {
    bearMutations(format, 100);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void manyMutationsAreBorne(HostileFormat format) throws IOException {
    bearMutations(format, MUTATIONS);
  }

  private void bearMutations(HostileFormat format, int count) throws IOException {
    List<byte[]> seeds = format.seeds();
    assertThat(seeds).isNotEmpty();
    Path file = folder.resolve("file");
    for (int i = 0; i < count; i++) {
      byte[] content = new Mutator(i).mutate(seeds.get(i % seeds.size()));
      try {
        format.bear(content, file);
      } catch (RuntimeException | Error e) {
        Path kept = Path.of("target", "fuzz", format + "-mutation-" + i);
        Files.createDirectories(kept.getParent());
        Files.write(kept, content);
        throw new AssertionError("mutation " + i + " of " + format + ", kept in " + kept, e);
      }
    }
  }
}
