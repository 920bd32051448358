package io.harmonica.cli;

import io.harmonica.cli.imageset.ImageSet;
import io.harmonica.cli.imageset.SetBatch;
import io.harmonica.cli.imageset.SetPart;
import io.harmonica.cli.imageset.SetParts;
import io.harmonica.cli.imageset.SetRecipe;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.files.AtomicFiles;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.work.Piece;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes the images of a set, whoever the workers are, and tells how far it is.
 *
 * @param pipeline the model
 * @param setup how samples run
 * @param recipe the same for workers
 * @param set the images
 */
record SampleSetRun(
    DiffusionPipeline pipeline, SamplingSetup setup, SetRecipe recipe, ImageSet set) {

  /** Makes parts, each into its file. */
  void write(Workers<OpenModel> workers, SetParts parts, int... missing) throws IOException {
    List<SetPart> pieces =
        IntStream.of(missing)
            .mapToObj(
                part -> new SetPart(batch(part), parts.file(part).toAbsolutePath().toString()))
            .toList();
    run(workers, missing, pieces, made -> {});
  }

  /** Makes all images and hands them on, in order. */
  void stream(Workers<OpenModel> workers, AtomicFiles.IOConsumer<byte[]> images)
      throws IOException {
    int[] all = IntStream.range(0, set.parts()).toArray();
    run(workers, all, IntStream.of(all).mapToObj(this::batch).toList(), images);
  }

  private SetBatch batch(int part) {
    return new SetBatch(recipe, set.first(part), set.labels(part));
  }

  private <R> void run(
      Workers<OpenModel> workers,
      int[] parts,
      List<? extends Piece<OpenModel, R>> pieces,
      AtomicFiles.IOConsumer<R> taker)
      throws IOException {
    int todo = IntStream.of(parts).map(part -> set.labels(part).length).sum();
    int start = set.count() - todo;
    System.out.printf(
        "%s in %s: %d of %d images to make; CUR %.1f%%, theoretical speed-up %.2fx%n",
        pipeline.model().name(),
        pipeline.model().precision().text(),
        todo,
        set.count(),
        100 * recipe.plan().cacheUtilisation(),
        setup.cost().speedup(recipe.plan()));
    long began = System.nanoTime();
    int[] made = {0};
    try (Progress progress = new Progress("sampling", set.count(), start)) {
      workers.run(
          pieces,
          (number, answer) -> {
            taker.accept(answer);
            made[0] += set.labels(parts[number]).length;
            progress.to(
                start + made[0],
                "%.2f images/s".formatted(made[0] * 1e9 / (System.nanoTime() - began)));
          });
    }
  }
}
