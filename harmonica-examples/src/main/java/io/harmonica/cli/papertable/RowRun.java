package io.harmonica.cli.papertable;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.ImageSetSampler;
import io.harmonica.cli.imageset.ImageSetSettings;
import io.harmonica.cli.imageset.UnfinishedImages;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes the rows of one study: samples, judges, and keeps what came out. Images stay on the disk
 * until their row is finished, so that an interrupted run goes on behind the last batch.
 *
 * @param study the study
 * @param pipeline its model
 * @param table what all rows have in common
 * @param judge judges the images
 * @param listener watches
 */
record RowRun(
    PaperStudy study,
    DiffusionPipeline pipeline,
    TableSettings table,
    Judge judge,
    TableListener listener) {

  Path folder() {
    return table.out().resolve(study.name());
  }

  /** The study's run, but for its number of steps. */
  SamplingSetup setup(int steps) {
    return pipeline.setup(steps, study.sampler()).withGuidance(study.guidance());
  }

  /** Returns the row that is there, or makes it. */
  PaperRow row(Contender contender, int steps, CachePolicy policy) throws IOException {
    SamplingSetup setup = setup(steps);
    CachePlan plan = setup.plan(policy);
    Map<String, String> settings = settings(setup, plan, policy);
    Path file = folder().resolve(contender.fileName() + ".json");
    PaperRow row =
        Files.exists(file)
            ? PaperRow.read(file, settings)
            : make(contender, steps, policy, plan, settings);
    listener.row(study, row);
    return row;
  }

  private Map<String, String> settings(SamplingSetup setup, CachePlan plan, CachePolicy policy) {
    Map<String, String> settings =
        ImageSetSettings.of(pipeline, setup, plan, policy.name(), table.seed(), table.batch());
    settings.put("images", Integer.toString(table.images()));
    settings.putAll(judge.settings());
    return settings;
  }

  private PaperRow make(
      Contender contender,
      int steps,
      CachePolicy policy,
      CachePlan plan,
      Map<String, String> settings)
      throws IOException {
    String name = study.title() + ", " + contender.title();
    Shape shape = pipeline.decoder().imageShape();
    int height = Math.toIntExact(shape.get(1));
    int width = Math.toIntExact(shape.get(2));
    long bytes = (long) ImageSetSampler.CHANNELS * height * width;
    Path target = folder().resolve(contender.fileName());
    try (UnfinishedImages images = UnfinishedImages.open(target, bytes, settings, true)) {
      listener.begins(name + ": sampling");
      new ImageSetSampler(
              pipeline,
              request ->
                  request
                      .steps(steps)
                      .sampler(study.sampler())
                      .guidance(study.guidance())
                      .cache(policy)
                      .seed(table.seed()),
              table.batch())
          .run(subjects(), images, done -> listener.sampled(done, table.images()));
      listener.begins(name + ": judging");
      Scores scores = judge.judge(name, images, height, width, table.batch());
      PaperRow row = row(contender, policy, plan, settings, scores);
      row.write(folder().resolve(contender.fileName() + ".json"));
      images.delete();
      return row;
    }
  }

  private PaperRow row(
      Contender contender,
      CachePolicy policy,
      CachePlan plan,
      Map<String, String> settings,
      Scores scores) {
    SamplingSetup full = setup(study.steps());
    double speedup = (double) full.cost().full() * full.steps() / full.cost().total(plan);
    return new PaperRow(
        contender,
        policy.name(),
        plan.steps(),
        plan.cacheUtilisation(),
        speedup,
        table.images(),
        settings,
        PaperRow.values(scores),
        scores.warnings());
  }

  /** The same for all rows: random classes, or the prompts in turn. */
  private ImageSubjects subjects() {
    return pipeline
        .model()
        .classes()
        .map(
            classes ->
                pipeline
                    .model()
                    .labels(
                        RandomStream.REQUESTS
                            .random(table.seed(), 0)
                            .ints(table.images(), 0, classes.count())
                            .toArray()))
        .orElseGet(() -> pipeline.model().inTurn(table.images()));
  }
}
