package io.harmonica.cli.imageset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SetPartsTest {
  @TempDir private Path folder;
  private Path target;
  private Path parts;

  @BeforeEach
  void name() {
    target = folder.resolve("x.npz");
    parts = folder.resolve("x.npz.parts");
  }

  /** Five images of one pixel, in parts of two. */
  private static ImageSet set(String steps) {
    return new ImageSet(
        List.of(5L, 1L, 1L, 3L),
        2,
        new int[] {7, 7, 1, 2, 3},
        Map.of(7, "seven", 1, "one", 2, "two", 3, "three"),
        Map.of("seed", "1", "steps", steps));
  }

  private SetParts open(boolean resume) throws IOException {
    return SetParts.open(target, set("10"), resume);
  }

  @Test
  void aRunGoesOnWithWhatIsMissing() throws IOException {
    try (SetParts first = open(true)) {
      assertThat(first.missing(Shard.WHOLE)).containsExactly(0, 1, 2);
      Files.write(first.file(1), new byte[6]);
      // What a worker that died in the middle of a part leaves behind.
      Files.write(parts.resolve(".harmonica-1.tmp"), new byte[1]);
    }
    assertThat(SetParts.bytes(target)).isEqualTo(6);
    try (SetParts again = open(true)) {
      assertThat(again.missing(Shard.WHOLE)).containsExactly(0, 2);
      assertThat(again.missing(Shard.parse("2/2"))).isEmpty();
      assertThat(again.images(again.missing(Shard.parse("1/2")))).isEqualTo(3);
      assertThat(again.missing(Shard.parse("1/2"))).containsExactly(0, 2);
      assertThatThrownBy(() -> new ImageSetFiles(target, again.set()).write(List.of(again)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("2 of 3 parts are not there yet, the first is part 0");
      Files.write(again.file(0), new byte[6]);
      Files.write(again.file(2), new byte[3]);
      List<Integer> sizes = new ArrayList<>();
      again.forEach(part -> sizes.add(part.length));
      assertThat(sizes).containsExactly(6, 6, 3);
      new ImageSetFiles(target, again.set()).write(List.of(again));
      again.delete();
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("x.npz", "x.csv", "x.json");
    assertThat(folder.resolve("x.csv")).content().contains("0,7,seven\n", "4,3,three\n");
  }

  @Test
  void imagesAreNotThrownAwayUnasked() throws IOException {
    open(false).close();
    try (SetParts nothingYet = open(false)) {
      Files.write(nothingYet.file(1), new byte[6]);
    }
    assertThatThrownBy(() -> open(false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("x.npz.parts", "--resume");
  }

  @Test
  void otherSettingsAreRefused() throws IOException {
    open(false).close();
    assertThatThrownBy(() -> SetParts.open(target, set("20"), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("begun with steps 10", "this run has 20");
  }

  @Test
  void twoWholeRunsDoNotShareAFolder() throws IOException {
    try (SetParts one = open(true);
        SetParts other = open(true)) {
      one.lock();
      assertThatThrownBy(other::lock)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("filled by another run");
    }
    try (SetParts later = open(true)) {
      later.lock();
    }
  }

  @Test
  void damageIsSaid() throws IOException {
    try (SetParts first = open(false)) {
      Files.write(first.file(2), new byte[2]);
      assertThatThrownBy(() -> first.missing(Shard.WHOLE))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("part-000002 holds 2 bytes, expected 3");
    }
    for (String damaged : new String[] {"", "{", "7", "{\"batch\":\"x\"}", "{\"batch\":1}"}) {
      Files.writeString(parts.resolve("set.json"), damaged);
      assertThatThrownBy(() -> open(true))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("set.json is damaged", "start anew");
    }
    assertThatThrownBy(() -> SetParts.find(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no parts of a set");
  }

  @Test
  void sharesAreNamed() {
    for (String text : new String[] {"0/2", "3/2", "1", "1/0", "a/b", "1/2/3", ""}) {
      assertThatThrownBy(() -> Shard.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected i/n");
    }
  }
}
