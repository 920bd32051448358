package io.harmonica.cli.ablation;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.fashion.ImageTraining;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.RouterShelf;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.ThresholdChoice;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains an ablation's routers.
 *
 * @param pipeline runs the model
 * @param plan what to train
 * @param images what Learning-to-Cache trains on; empty to leave it out
 * @param libraryVersion for the routers' provenance
 */
public record VariantTraining(
    DiffusionPipeline pipeline,
    AblationPlan plan,
    Optional<FashionMnist> images,
    String libraryVersion) {
  /** The rival's name among the variants. */
  public static final String LEARNING_TO_CACHE = "learning-to-cache";

  /** Watches the trainings. */
  public interface Listener {
    /**
     * Called before a training in this process begins.
     *
     * @param name the router's name
     * @return watches this one
     */
    Recipe.Listener training(String name);

    /**
     * Called when a worker has trained a router.
     *
     * @param name the router's name
     */
    void trained(String name);
  }

  /**
   * Who else trains.
   *
   * @param workers have the model open
   * @param images where they find the images, if Learning-to-Cache takes part
   */
  public record Help(Workers<OpenStudy> workers, Optional<Path> images) {}

  /**
   * Trains all that is not there yet.
   *
   * @param help who else trains, if anybody
   * @param folder where the routers are kept
   * @param listener watches
   * @return the routers: by target, variant and seed
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if a router is there that was trained otherwise
   */
  public List<TrainedVariant> run(Optional<Help> help, Path folder, Listener listener)
      throws IOException {
    check();
    RouterShelf shelf = new RouterShelf(folder);
    if (help.isPresent()) {
      spread(help.get(), shelf, folder, listener);
    } else {
      for (VariantJob job : missing(shelf)) {
        shelf.took(job.name(), train(job, shelf, listener.training(job.name())));
      }
    }
    List<TrainedVariant> all = new ArrayList<>();
    for (VariantJob job : jobs()) {
      all.add(trained(job, shelf));
    }
    return all;
  }

  private void spread(Help help, RouterShelf shelf, Path folder, Listener listener)
      throws IOException {
    List<VariantJob> todo = missing(shelf);
    String shared = folder.toAbsolutePath().toString();
    List<VariantPiece> pieces =
        todo.stream()
            .map(
                job ->
                    new VariantPiece(
                        plan,
                        job,
                        shared,
                        job.images() ? help.images().orElseThrow().toString() : null,
                        libraryVersion))
            .toList();
    help.workers()
        .run(
            pieces,
            (number, seconds) -> {
              String name = todo.get(number).name();
              shelf.took(name, seconds);
              listener.trained(name);
            });
  }

  /** {@return how many can work at a time: on routers, and then on batches of the comparison} */
  public int pieces() {
    long routers = jobs().stream().map(VariantJob::name).distinct().count();
    return Math.max(Math.toIntExact(routers), plan.benchmark().batches());
  }

  /** All trainings, by target, variant and seed. */
  private List<VariantJob> jobs() {
    List<String> variants = new ArrayList<>(plan.variants());
    if (images.isPresent()) {
      variants.add(0, LEARNING_TO_CACHE);
    }
    List<VariantJob> jobs = new ArrayList<>();
    for (double target : plan.targets()) {
      for (String variant : variants) {
        plan.seeds().forEach(seed -> jobs.add(new VariantJob(variant, target, seed)));
      }
    }
    return jobs;
  }

  /** What has to be trained, each router once. */
  private List<VariantJob> missing(RouterShelf shelf) throws IOException {
    Map<String, VariantJob> missing = new LinkedHashMap<>();
    for (VariantJob job : jobs()) {
      if (shelf.find(job.name(), provenance(job)).isEmpty()) {
        missing.putIfAbsent(job.name(), job);
      }
    }
    return List.copyOf(missing.values());
  }

  private void check() {
    plan.check(pipeline.model().denoiser().layout().branches());
    int reusing = plan.steps() / 2;
    double most = (double) reusing / plan.steps();
    for (double target : plan.targets()) {
      if (images.isPresent() && target > most) {
        throw new IllegalArgumentException(
            "target %s is beyond Learning-to-Cache, which reuses %.3f at most since every second step"
                    .formatted(target, most)
                + " computes everything; give a lower one or no images");
      }
    }
  }

  /** Trains a router into its file; returns what {@link RouterShelf#train} does. */
  double train(VariantJob job, RouterShelf shelf, Recipe.Listener listener) throws IOException {
    NDManager manager = pipeline.manager();
    return shelf.find(job.name(), provenance(job)).isPresent()
        ? -1
        : shelf.train(
            job.name(),
            saving ->
                job.images()
                    ? fromImages().train(manager, plan.images(job.seed()), saving, listener)
                    : recipe(job).train(new Recipe.Site(manager, setup()), saving, listener));
  }

  private TrainedVariant trained(VariantJob job, RouterShelf shelf) throws IOException {
    Router scores =
        shelf
            .find(job.name(), provenance(job))
            .orElseThrow(
                () ->
                    new IOException(
                        "a worker has trained %s, but it is not here; --out has to be where every worker sees it"
                            .formatted(job.name())));
    double threshold =
        job.images() ? ThresholdChoice.meeting(scores, target(job.target())) : scores.threshold();
    return new TrainedVariant(
        job.variant(), job.target(), job.seed(), scores, threshold, shelf.seconds(job.name()));
  }

  private RouterProvenance provenance(VariantJob job) {
    return job.images()
        ? fromImages().provenance(plan.images(job.seed()))
        : recipe(job).provenance(setup());
  }

  private Recipe recipe(VariantJob job) {
    return plan.recipe(Variant.of(job.variant()), target(job.target()), job.seed());
  }

  private ImageTraining fromImages() {
    return new ImageTraining(pipeline, images.orElseThrow(), plan.steps());
  }

  private PlanTarget target(double utilisation) {
    return PlanTarget.utilisation(
        plan.steps(), pipeline.model().denoiser().layout().branches(), utilisation);
  }

  private SamplingSetup setup() {
    return pipeline.setup(plan.steps(), plan.sampler()).withGuidance(plan.guidance());
  }
}
