package io.harmonica.cli.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
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
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes a recorded table of ablations again as the command does: trains every router anew, samples,
 * and judges each row by whether it lies in the recorded interval. What came out is kept in {@code
 * target/reproducibility}, in a folder of the table's name; copying its results.json over the
 * recorded table records it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Reproducibility {
  private RecordedTable recorded;
  private Map<String, AblationRow> measured = Map.of();

  /** The table's name. */
  abstract String table();

  /** Opens the model. */
  abstract DiffusionPipeline open(AblationPlan plan) throws IOException;

  /** What each sample is to show. */
  abstract ImageSubjects subjects(DiffusionPipeline pipeline, AblationPlan plan);

  /** The classifier's class of each sample. */
  abstract int[] classes(AblationPlan plan) throws IOException;

  /** Opens the classifier. */
  abstract ReferenceClassifier classifier(NDManager manager) throws IOException;

  /** What Learning-to-Cache trains on; without them its rows are left out. */
  abstract Optional<FashionMnist> images() throws IOException;

  @BeforeAll
  void makeItAgain(@TempDir Path routers) throws IOException {
    recorded = RecordedTable.read("/reproducibility/" + table() + ".json");
    Ablation.Outcome outcome = run(recorded.plan(), routers);
    new AblationFiles(outcome)
        .write(Files.createDirectories(Path.of("target", "reproducibility", table())));
    measured =
        outcome.rows().stream().collect(Collectors.toMap(AblationRow::name, Function.identity()));
  }

  private Ablation.Outcome run(AblationPlan plan, Path routers) throws IOException {
    try (DiffusionPipeline pipeline = open(plan);
        ReferenceClassifier classifier = classifier(pipeline.manager())) {
      ImageComparison comparison =
          new ImageComparison(
              pipeline,
              pipeline.setup(plan.steps(), plan.sampler()).withGuidance(plan.guidance()),
              subjects(pipeline, plan),
              Optional.of(new LabelledClassifier(classifier, classes(plan))));
      VariantTraining training = new VariantTraining(pipeline, plan, images(), "test");
      return new Ablation(training, comparison).run(Optional.empty(), routers, new Silent());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRowComesOutAsRecorded() {
    assumeThat(recorded.rows()).as("rows of " + table() + ": record them first").isNotEmpty();
    return recorded.rows().stream().map(row -> dynamicTest(row.name(), () -> judge(row)));
  }

  private void judge(RecordedTable.Row row) {
    assumeThat(measured).as("needs images").containsKey(row.name());
    RecordedTable.Verdict verdict = row.compare(measured.get(row.name()));
    System.out.println(verdict.text());
    assertThat(verdict.reproduced()).as(verdict.text()).isTrue();
  }

  private static final class Silent implements Ablation.Listener {
    @Override
    public Recipe.Listener training(String name) {
      return Recipe.Listener.NONE;
    }

    @Override
    public void trained(String name) {}

    @Override
    public void comparing() {}

    @Override
    public void afterBatch(int samples) {}
  }
}
