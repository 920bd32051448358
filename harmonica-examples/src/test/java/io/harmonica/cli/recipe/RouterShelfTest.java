package io.harmonica.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of how long trainings took. */
final class RouterShelfTest {
  @TempDir private Path folder;

  @Test
  void theTimeOfAnEarlierTrainingIsForgotten() throws IOException {
    RouterShelf shelf = new RouterShelf(folder);
    shelf.took("a", 3);
    shelf.took("b", 4);
    shelf.took("a", -1);
    assertThat(shelf.seconds("a")).isEmpty();
    RouterShelf again = new RouterShelf(folder);
    assertThat(again.seconds("a")).isEmpty();
    assertThat(again.seconds("b")).hasValue(4);
  }
}
