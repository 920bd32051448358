package io.harmonica.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short quickstart writes what it promises, twice alike. */
final class QuickstartTest {
  private static final Quickstart.Listener SILENT =
      new Quickstart.Listener() {
        @Override
        public Recipe.Listener training(String router) {
          return Recipe.Listener.NONE;
        }

        @Override
        public IntConsumer sampling(int images) {
          return done -> {};
        }
      };

  private static final Quickstart.Settings SETTINGS = new Quickstart.Settings(0, 20, 2, 1, 1, 2, 4);

  @TempDir private Path folder;

  private static Showcase inEightSteps(NDManager manager) throws IOException {
    Showcase whole = Showcase.clothes(manager);
    return new Showcase(
        whole.pipeline(),
        whole.classifier(),
        whole.setup().withSteps(8),
        whole.names(),
        whole.classes());
  }

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
            "seconds",
            "policies");
    List<String> names = new ArrayList<>();
    for (JsonElement policy : summary.get("policies").getAsJsonArray()) {
      names.add(policy.getAsJsonObject().get("name").getAsString());
      assertThat(policy.getAsJsonObject().keySet())
          .contains("cur", "theoreticalSpeedup", "error", "errorInterval", "frechet", "agreement");
    }
    assertThat(names).hasSize(4).contains(Quickstart.HARMONIZED, Quickstart.PUBLISHED);
    assertThat(names).anyMatch(name -> name.startsWith("taylorseer:"));
    assertThat(names).anyMatch(name -> name.startsWith("steps:"));
    assertThat(summary.get("agreementFull").getAsDouble()).isGreaterThan(0.5);
    assertThat(summary.get("cur").getAsDouble()).isBetween(0.0, 1.0);
    for (String name : new String[] {"images.png", "overview.png", "router.png", "published.png"}) {
      assertThat(first.resolve(name)).isNotEmptyFile();
    }
    assertThat(Files.readString(first.resolve("report.html")))
        .contains("data:image/png;base64,", "HarmoniCa quickstart")
        .doesNotContain("http://", "https://");
    assertSameRoutersAgain(first);
  }

  private Path run(String name) throws IOException {
    Path out = Files.createDirectory(folder.resolve(name));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      String text =
          new QuickstartRun(QuickstartTest::inEightSteps, SETTINGS).run(manager, SILENT, out);
      assertThat(text).contains("CUR", "measured speed-up");
    }
    return out;
  }

  private void assertSameRoutersAgain(Path first) throws IOException {
    Path again = folder.resolve("again.safetensors");
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Showcase showcase = inEightSteps(manager)) {
      CheckpointPlan saving = new CheckpointPlan(folder.resolve("checkpoint"), 20, false);
      Quickstart.Routers routers =
          new Quickstart(QuickstartTest::inEightSteps, SETTINGS)
              .train(manager, showcase.setup(), saving, SILENT);
      routers.harmonized().router().write(again);
      assertThat(again).hasSameBinaryContentAs(first.resolve("router.safetensors"));
      routers.published().router().write(again);
      assertThat(again).hasSameBinaryContentAs(first.resolve("published.safetensors"));
    }
  }
}
