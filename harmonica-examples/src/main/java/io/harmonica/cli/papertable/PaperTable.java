package io.harmonica.cli.papertable;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.evaluate.ClipJudge;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pixart.PixArtFolder;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.Prompts;
import io.harmonica.text.TextStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the paper's tables again. Whatever ends a run, the next one with the same settings goes on:
 * finished rows and routers are kept as files, trainings by their checkpoints, images by the batch.
 *
 * @param settings what all rows have in common
 * @param files the models' files, by the names that studies have for models
 * @param listener watches
 */
public record PaperTable(
    TableSettings settings, Map<String, StudyFiles> files, TableListener listener) {

  /**
   * Copies the files.
   *
   * @param settings see the record
   * @param files see the record
   * @param listener see the record
   * @throws IllegalArgumentException if there are too few images to be judged
   */
  public PaperTable {
    Scores.requireEnough("images", settings.images());
    files = Map.copyOf(files);
  }

  /**
   * Runs the studies whose files are there, and writes the page after each.
   *
   * @param studies the studies
   * @return all rows
   * @throws IOException if a file is missing, damaged or cannot be written
   * @throws IllegalArgumentException if files do not fit together, or a finished row was made with
   *     other settings
   */
  public PaperReport run(List<PaperStudy> studies) throws IOException {
    Files.createDirectories(settings.out());
    Map<PaperStudy, List<PaperRow>> done = new LinkedHashMap<>();
    for (PaperStudy study : studies) {
      StudyFiles found = files.get(study.model());
      if (found == null) {
        continue;
      }
      done.put(study, run(study, found));
      new PaperReport(done).write(settings.out());
    }
    return new PaperReport(done);
  }

  private List<PaperRow> run(PaperStudy study, StudyFiles found) throws IOException {
    Optional<Path> features = Optional.of(settings.out().resolve("features"));
    try (DiffusionPipeline pipeline = open(study, found);
        FeatureShelf shelf = FeatureShelf.open(pipeline.manager(), settings.inception(), features);
        // A resource may be null: models of classes have no prompts.
        ClipJudge clip = clip(pipeline.manager(), found).orElse(null)) {
      if (!pipeline.decoder().makesPictures()) {
        throw new IllegalArgumentException(
            found.model() + " samples latents: name the autoencoder that they were made for");
      }
      shelf.requireNetwork();
      listener.begins(study.title() + ": features of the reference");
      try (Reference reference =
          Reference.open(found.reference(), shelf, settings.batch(), (images, count) -> {})) {
        Judge judge = new Judge(shelf, reference, Optional.ofNullable(clip));
        RowRun rows = new RowRun(study, pipeline, settings, judge, listener);
        Files.createDirectories(rows.folder());
        Optional<Path> router = Optional.ofNullable(found.routers().get(study.name()));
        return new StudyRun(rows, router).run();
      }
    }
  }

  private Optional<ClipJudge> clip(NDManager manager, StudyFiles found) throws IOException {
    return settings.clip().isPresent() && found.prompts().isPresent()
        ? Optional.of(ClipJudge.open(manager, settings.clip().get(), found.prompts().get()))
        : Optional.empty();
  }

  private DiffusionPipeline open(PaperStudy study, StudyFiles found) throws IOException {
    PipelineOptions options = PipelineOptions.defaults().precision(settings.precision());
    if (found.autoencoder().isPresent()) {
      options = options.autoencoder(found.autoencoder().get());
    }
    if (found.prompts().isPresent()) {
      options = options.captions(captions(study, found.model(), found.prompts().get()));
    }
    return DiffusionPipeline.open(found.model(), options);
  }

  /** Encodes the prompts once; later runs read what they need of them. */
  private CaptionEmbeddings captions(PaperStudy study, Path model, Path list) throws IOException {
    Prompts prompts = Prompts.read(list, "");
    Path file = settings.out().resolve(study.model() + "-prompts.safetensors");
    if (Files.exists(file)) {
      CaptionEmbeddings saved = CaptionEmbeddings.open(file);
      try {
        prompts.requireFit(file, saved);
        return saved;
      } catch (IllegalArgumentException e) {
        saved.close();
        throw e;
      }
    }
    PixArtFolder folder =
        PixArtFolder.at(model)
            .orElseThrow(
                () -> new IllegalArgumentException(model + " is no folder of a PixArt pipeline"));
    listener.begins(study.title() + ": encoding prompts");
    TextStage stage = new TextStage(folder.folder(), folder.captionTokens(), Precision.BFLOAT16);
    try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
      return stage.encode(manager, prompts, Optional.of(file), listener::begins);
    }
  }
}
