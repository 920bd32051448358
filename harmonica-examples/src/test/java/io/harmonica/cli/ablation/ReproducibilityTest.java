package io.harmonica.cli.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.Device;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.pipeline.DiffusionPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the recorded table of ablations again, on the bundled model: trains every router anew,
 * samples, and judges each row by whether it lies in the recorded interval. What came out is kept
 * in {@code target/reproducibility}; copying its results.json over the recorded table records it.
 */
@Tag("slow")
final class ReproducibilityTest {
  private static final String TABLE = "/reproducibility/table.json";

  /** The folder of Fashion-MNIST; without it, rows of Learning-to-Cache are left out. */
  private static final String IMAGES = "harmonica.images";

  @TempDir private static Path routers;

  private static RecordedTable recorded;
  private static Map<String, AblationRow> measured = Map.of();

  @BeforeAll
  static void makeItAgain() throws IOException {
    recorded = RecordedTable.read(TABLE);
    String folder = System.getProperty(IMAGES);
    Optional<FashionMnist> images =
        folder == null ? Optional.empty() : Optional.of(FashionMnist.training(Path.of(folder)));
    try (DiffusionPipeline pipeline = BundledDit.pipeline(Device.cpu())) {
      Ablation.Outcome outcome = BundledAblation.run(pipeline, recorded.plan(), images, routers);
      new AblationFiles(outcome)
          .write(Files.createDirectories(Path.of("target", "reproducibility")));
      measured =
          outcome.rows().stream().collect(Collectors.toMap(AblationRow::name, Function.identity()));
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRowComesOutAsRecorded() {
    assumeThat(recorded.rows()).as("rows of " + TABLE + ": record them first").isNotEmpty();
    return recorded.rows().stream().map(row -> dynamicTest(row.name(), () -> judge(row)));
  }

  private static void judge(RecordedTable.Row row) {
    assumeThat(measured).as("needs images: -D%s=DIR", IMAGES).containsKey(row.name());
    RecordedTable.Verdict verdict = row.compare(measured.get(row.name()));
    System.out.println(verdict.text());
    assertThat(verdict.reproduced()).as(verdict.text()).isTrue();
  }
}
