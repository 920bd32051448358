package io.harmonica.cli.papertable;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.ImageSet;
import io.harmonica.cli.imageset.ImageSetSampler;
import io.harmonica.cli.imageset.ImageSetSettings;
import io.harmonica.cli.imageset.SetParts;
import io.harmonica.cli.imageset.Shard;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.files.AtomicFiles;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    Path target = folder().resolve(contender.fileName());
    try (SetParts images = SetParts.open(target, set(settings), true)) {
      images.lock();
      listener.begins(name + ": sampling");
      sample(images, steps, policy);
      listener.begins(name + ": judging");
      PaperRow row = row(contender, policy, plan, settings, judge.judge(name, images));
      row.write(folder().resolve(contender.fileName() + ".json"));
      images.delete();
      return row;
    }
  }

  private void sample(SetParts images, int steps, CachePolicy policy) throws IOException {
    ImageSetSampler sampler =
        new ImageSetSampler(
            pipeline,
            request ->
                request
                    .steps(steps)
                    .sampler(study.sampler())
                    .guidance(study.guidance())
                    .cache(policy)
                    .seed(table.seed()));
    ImageSet set = images.set();
    ImageSubjects subjects = subjects(set);
    for (int part : images.missing(Shard.WHOLE)) {
      int first = set.first(part);
      int last = first + set.labels(part).length;
      byte[] made = sampler.batch(subjects.range(first, last), first);
      AtomicFiles.write(images.file(part), to -> to.write(made));
      listener.sampled(last, set.count());
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

  /** The same for all rows: random classes, or the prompts in turn, which need no numbers. */
  private ImageSet set(Map<String, String> settings) {
    Shape image = pipeline.decoder().imageShape();
    int count = table.images();
    int[] labels =
        pipeline
            .model()
            .classes()
            .map(
                classes ->
                    RandomStream.REQUESTS
                        .random(table.seed(), 0)
                        .ints(count, 0, classes.count())
                        .toArray())
            .orElseGet(() -> new int[count]);
    List<Long> shape =
        List.of((long) count, image.get(1), image.get(2), (long) ImageSetSampler.CHANNELS);
    return new ImageSet(shape, table.batch(), labels, Map.of(), settings);
  }

  private ImageSubjects subjects(ImageSet set) {
    return pipeline.model().classes().isPresent()
        ? pipeline.model().labels(set.labels())
        : pipeline.model().inTurn(set.count());
  }
}
