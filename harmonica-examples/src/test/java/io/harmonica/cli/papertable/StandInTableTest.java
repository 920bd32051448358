package io.harmonica.cli.papertable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.checkpoint.numpy.NpyType;
import io.harmonica.checkpoint.numpy.NpzWriter;
import io.harmonica.clip.RandomClip;
import io.harmonica.files.AtomicFiles;
import io.harmonica.inception.RandomInception;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of {@link PaperTableTest} with a tiny DiT and an Inception of random weights: the same
 * code, properties and files, in seconds. Its numbers mean nothing.
 */
final class StandInTableTest {
  private static final String GOLDENS = "target/test-classes/goldens/";
  private static final int IMAGES = 64;
  private static final int BATCH = 16;
  private static final int REFERENCE = 12;
  private static final int SIDE = 16;

  private static final PaperStudy STUDY =
      new PaperStudy(
          "stand-in",
          "A stand-in",
          "tiny",
          "ddim",
          5,
          1.5,
          Goal.utilisation(0.4),
          IMAGES,
          Map.of(
              Contender.FULL, PaperNumber.of(1e6),
              Contender.TAYLORSEER, PaperNumber.of(1).noting("at interval 3")));

  private static final Trainings TRAININGS =
      new Trainings(
          steps ->
              RouterTrainerConfig.paper().withTrajectories(3).withBatch(2).withRefreshSteps(20),
          search -> search.withCalibration(2).withRounds(1, 60));

  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();

  private PaperReport run(PaperStudy study, Map<String, Object> given, TableListener listener)
      throws IOException {
    Properties properties = new Properties();
    Map<String, Object> all = new HashMap<>(given);
    all.put("out", folder.resolve("out"));
    all.put("inception", folder.resolve("inception.safetensors"));
    all.put("batch", BATCH);
    all.put(study.model() + ".reference", folder.resolve("reference.npz"));
    all.forEach(
        (name, value) -> properties.setProperty(TableProperties.PREFIX + name, value.toString()));
    TableProperties table = new TableProperties(properties);
    List<PaperStudy> studies = table.chosen(List.of(study));
    assertThat(table.complete(studies)).isTrue();
    return table.table(studies, TRAININGS, listener).run(studies);
  }

  private PaperReport run(String seed, TableListener listener) throws IOException {
    return run(
        STUDY,
        Map.of(
            "images",
            IMAGES,
            "seed",
            seed,
            "tiny.model",
            GOLDENS + "dit-tiny/dit.safetensors",
            "tiny.vae",
            GOLDENS + "pixart-tiny/vae"),
        listener);
  }

  private void prepare() throws IOException {
    RandomInception.write(folder.resolve("inception.safetensors"), 1);
    byte[] pixels = new byte[REFERENCE * 3 * SIDE * SIDE];
    new Random(1).nextBytes(pixels);
    List<Long> shape = List.of((long) REFERENCE, (long) SIDE, (long) SIDE, 3L);
    AtomicFiles.write(
        folder.resolve("reference.npz"),
        out ->
            NpzWriter.write(
                out,
                List.of(
                    new NpzWriter.Array("arr_0", NpyType.UINT8, shape, to -> to.write(pixels)))));
  }

  /** Stops after the second batch of the second row. */
  private final class Interrupting extends Telling {
    @Override
    public void sampled(int finished, int count) {
      super.sampled(finished, count);
      if (told.get(told.size() - 2).contains("published router: sampling")
          && finished == 2 * BATCH) {
        throw new CancellationException("stopped");
      }
    }
  }

  /** Notes what happens; of each row's batches the last one. */
  private class Telling implements TableListener {
    @Override
    public void begins(String what) {
      told.add(what);
    }

    @Override
    public void sampled(int finished, int count) {
      told.removeIf(line -> line.startsWith("images"));
      told.add("images " + finished);
    }
  }

  @Test
  void theTableComesOutAndARunGoesOnWhereItEnded() throws IOException {
    prepare();
    assertThatThrownBy(() -> run("0", new Interrupting()))
        .isInstanceOf(CancellationException.class);
    assertThat(told)
        .containsExactly(
            "A stand-in: features of the reference",
            "A stand-in, full run: sampling",
            "A stand-in, full run: judging",
            "A stand-in, published router: training",
            "A stand-in, published router: sampling",
            "images 32");

    told.clear();
    List<Integer> batches = new ArrayList<>();
    PaperReport report =
        run(
            "0",
            new Telling() {
              @Override
              public void sampled(int finished, int count) {
                batches.add(finished);
              }
            });
    assertThat(told.get(1)).isEqualTo("A stand-in, published router: sampling");
    assertThat(batches.subList(0, 3)).as("behind the second batch").containsExactly(48, 64, 16);
    check(report);

    told.clear();
    PaperReport again = run("0", new Telling());
    assertThat(told).containsExactly("A stand-in: features of the reference");
    assertThat(again.text()).isEqualTo(report.text());
    assertThatThrownBy(() -> run("1", new Telling()))
        .hasMessageContaining("full.json was made with seed 0, this run has 1");
  }

  private void check(PaperReport report) throws IOException {
    List<PaperRow> rows = report.studies().get(STUDY);
    assertThat(rows.stream().map(PaperRow::contender)).containsExactly(Contender.values());
    assertThat(rows.get(0).speedup()).isEqualTo(1);
    assertThat(rows.get(1).utilisation()).isBetween(0.3, 0.5);
    assertThat(rows.get(2).speedup()).isBetween(rows.get(1).speedup(), 1.2 * rows.get(1).speedup());
    assertThat(rows.get(3).policy()).startsWith("taylorseer:");
    assertThat(rows.get(4).steps()).isBetween(3, 4);
    for (PaperRow row : rows) {
      assertThat(row.images()).isEqualTo(IMAGES);
      assertThat(row.fid().value()).isPositive().isFinite();
      assertThat(row.scores()).containsKeys("sfid", "inceptionScore", "precision", "recall", "kid");
      assertThat(row.settings()).containsKeys("seed", "plan_sha256", "reference_sha256");
    }
    assertThat(Verdict.of(STUDY, rows.get(0)).kind()).isEqualTo(Verdict.Kind.OUTSIDE);
    assertThat(Verdict.of(STUDY, rows.get(1)).kind()).isEqualTo(Verdict.Kind.NO_NUMBER);
    assertThat(Verdict.of(STUDY, rows.get(3)).kind()).isEqualTo(Verdict.Kind.OTHER_RUN);
    Path out = folder.resolve("out");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("outside the sampling error", "steered to a CUR of 40.0%")
        .contains("reference_sha256")
        .doesNotContain("plan_sha256");
    assertThat(Files.readString(out.resolve("results.json"))).contains("\"verdict\": \"outside\"");
    assertThat(out.resolve("stand-in").toFile().list())
        .as("no images are left")
        .containsExactlyInAnyOrder(
            "routers",
            "full.json",
            "published.json",
            "harmonized.json",
            "taylorseer.json",
            "fewer-steps.json");
  }

  @Test
  void aModelOfWordsIsScoredByItsPrompts() throws IOException {
    prepare();
    int images = 10;
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a red bird\na boat\n");
    RandomClip.write(folder.resolve("clip"), 1);
    PaperStudy study =
        new PaperStudy(
            "words", "Words", "pixart", "dpmpp", 4, 4.5, Goal.speedup(1.3), images, Map.of());
    Map<String, Object> given =
        Map.of(
            "images",
            images,
            "clip",
            folder.resolve("clip"),
            "pixart.model",
            GOLDENS + "pixart-tiny",
            "pixart.prompts",
            prompts);
    PaperReport report = run(study, given, new Telling());
    assertThat(told).contains("Words: encoding prompts", "Words, harmonized router: training");
    for (PaperRow row : report.studies().get(study)) {
      assertThat(row.scores().get("clipScore").value()).isBetween(-100.0, 100.0);
    }
    Files.writeString(prompts, "another\n");
    assertThatThrownBy(() -> run(study, given, new Telling()))
        .hasMessageContaining("pixart-prompts.safetensors holds the embeddings of other prompts");
  }
}
