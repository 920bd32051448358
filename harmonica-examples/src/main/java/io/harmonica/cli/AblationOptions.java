package io.harmonica.cli;

import io.harmonica.cli.ablation.AblationPlan;
import io.harmonica.cli.ablation.Variant;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.train.LearningToCacheConfig;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an ablation trains. */
final class AblationOptions {
  private static final String DEFAULT = " (${DEFAULT-VALUE})";

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "NAME",
      description =
          "what to train: ${COMPLETION-CANDIDATES} (all, but no-refinement only with --refine)",
      completionCandidates = Names.class)
  private List<String> variants;

  @Option(
      names = "--target-cur",
      split = ",",
      paramLabel = "RATIO",
      defaultValue = "0.25,0.375,0.5",
      description = "parts of all branches to reuse, each a training of its own" + DEFAULT)
  private List<Double> targets;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "SEED",
      defaultValue = "0,1,2",
      description = "seeds of the trainings" + DEFAULT)
  private List<Long> seeds;

  @Option(
      names = "--trajectories",
      defaultValue = "60",
      description = "trajectories of the variants of harmonized that train step by step" + DEFAULT)
  private int trajectories;

  @Option(
      names = "--train-batch",
      defaultValue = "4",
      description = "samples in a trajectory of those" + DEFAULT)
  private int trainBatch;

  @Option(
      names = "--paper-trajectories",
      defaultValue = "400",
      description =
          "trajectories of sdt and sdt+iepo; published are 2223 of 32 samples, hours on a processor"
              + DEFAULT)
  private int paperTrajectories;

  @Option(
      names = "--paper-batch",
      defaultValue = "8",
      description = "samples in a trajectory of those" + DEFAULT)
  private int paperBatch;

  @Option(
      names = "--paper-learning-rate",
      defaultValue = "0.1",
      description =
          "AdamW's rate of those; published is 0.01, with which logits move no further than a"
              + " hundredth a trajectory"
              + DEFAULT)
  private double paperRate;

  @Option(
      names = "--refresh",
      description =
          "C: optimiser steps between measurements of the image error, for all (as each recipe has"
              + " it)")
  private Integer refresh;

  @Option(names = "--threshold", defaultValue = "0.1", description = "tau, for all" + DEFAULT)
  private double threshold;

  @Option(
      names = "--refine",
      defaultValue = "0",
      description = "rounds of refinement, where a variant has it" + DEFAULT)
  private int rounds;

  @Option(
      names = "--refine-forwards",
      defaultValue = "6000",
      description =
          "guided forward passes that a round, the exchange of steps or a start may take" + DEFAULT)
  private long forwards;

  @Option(
      names = "--weight-updates",
      defaultValue = "120",
      description = "optimiser steps that learn the forecasts' weights" + DEFAULT)
  private int weightUpdates;

  @Option(
      names = "--calibration",
      defaultValue = "16",
      description = "samples on which plans are measured" + DEFAULT)
  private int calibration;

  @Option(
      names = "--policy",
      paramLabel = "RULE",
      defaultValue = "interval:2",
      description =
          "a rule that takes part beside, as in \"compare\"; may be given several times" + DEFAULT)
  private List<String> rules;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "the folder of Fashion-MNIST's IDX files: trains Learning-to-Cache too; its targets are"
              + " at most 0.5, since every second step computes everything")
  private Path images;

  @Option(
      names = "--l2c-updates",
      defaultValue = "20018",
      description = "optimiser steps of Learning-to-Cache" + DEFAULT)
  private int updates;

  @Option(
      names = "--l2c-batch",
      defaultValue = "64",
      description = "images in one of those" + DEFAULT)
  private int imageBatch;

  @Option(
      names = "--l2c-learning-rate",
      defaultValue = "0.001",
      description = "their rate" + DEFAULT)
  private double imageRate;

  @Option(
      names = "--l2c-beta",
      defaultValue = "5e-6",
      description = "their price of computing a branch" + DEFAULT)
  private double imageBeta;

  /** All variants, for the help. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      super(Arrays.stream(Variant.values()).map(Variant::text).toList());
    }
  }

  /** What is asked for; else all that differ. */
  private List<String> variants() {
    return variants != null
        ? variants
        : new Names()
            .stream()
                .filter(name -> rounds > 0 || !name.equals(Variant.NO_REFINEMENT.text()))
                .toList();
  }

  Optional<FashionMnist> images() throws IOException {
    return images == null ? Optional.empty() : Optional.of(FashionMnist.training(images));
  }

  /** Where workers find the images. */
  Optional<Path> imagesFolder() {
    return Optional.ofNullable(images).map(Path::toAbsolutePath);
  }

  AblationPlan plan(String sampler, double guidance, BenchmarkSettings benchmark) {
    RouterTrainerConfig ours = RouterTrainerConfig.harmonized();
    return new AblationPlan(
        benchmark.steps(),
        sampler,
        guidance,
        targets,
        variants(),
        seeds,
        budget(trajectories, trainBatch, ours.learningRate(), ours),
        budget(paperTrajectories, paperBatch, paperRate, RouterTrainerConfig.paper()),
        LearningToCacheConfig.published()
            .withUpdates(updates)
            .withBatch(imageBatch)
            .withLearningRate(imageRate)
            .withBeta(imageBeta)
            .withThreshold(threshold)
            .withSeed(seeds.get(0)),
        threshold,
        rounds,
        forwards,
        weightUpdates,
        calibration,
        rules,
        benchmark.samples(),
        benchmark.batch(),
        benchmark.seed());
  }

  private AblationPlan.Budget budget(
      int count, int batch, double rate, RouterTrainerConfig preset) {
    return new AblationPlan.Budget(
        count, batch, rate, refresh == null ? preset.refreshSteps() : refresh);
  }
}
