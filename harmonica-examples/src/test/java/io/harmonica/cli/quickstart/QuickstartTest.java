package io.harmonica.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.search.PlanRefinement;
import io.harmonica.search.TargetTrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short quickstart writes what it promises, twice alike. */
final class QuickstartTest {
  private static final Quickstart.Listener SILENT =
      new Quickstart.Listener() {
        @Override
        public TargetTrainingListener training() {
          return TargetTrainingListener.NONE;
        }

        @Override
        public IntConsumer sampling(int images) {
          return done -> {};
        }
      };

  @TempDir private Path folder;

  @Test
  void writesEverythingAndRepeatsItself() throws IOException {
    Path first = run("first");
    JsonObject summary =
        JsonParser.parseString(Files.readString(first.resolve("summary.json"))).getAsJsonObject();
    assertThat(summary.keySet())
        .contains(
            "cur",
            "theoreticalSpeedup",
            "measuredSpeedup",
            "psnr",
            "agreementFull",
            "agreementCached",
            "frechetFull",
            "frechetCached",
            "seconds");
    assertThat(summary.get("agreementFull").getAsDouble()).isGreaterThan(0.5);
    assertThat(summary.get("cur").getAsDouble()).isBetween(0.0, 1.0);
    for (String name : new String[] {"images.png", "router.png"}) {
      assertThat(first.resolve(name)).isNotEmptyFile();
    }
    assertThat(Files.readString(first.resolve("report.html")))
        .contains("data:image/png;base64,", "HarmoniCa quickstart")
        .doesNotContain("http://", "https://");
    Path second = run("second");
    assertThat(Files.readAllBytes(second.resolve("router.safetensors")))
        .isEqualTo(Files.readAllBytes(first.resolve("router.safetensors")));
  }

  private Path run(String name) throws IOException {
    Path out = Files.createDirectory(folder.resolve(name));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      String text =
          new QuickstartRun(new Quickstart.Settings(new PlanRefinement.Settings(1, 30), 2, 4))
              .run(manager, SILENT, out);
      assertThat(text).contains("CUR", "measured speed-up");
    }
    return out;
  }
}
