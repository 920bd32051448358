package io.harmonica.cli;

import io.harmonica.cli.recipe.PublishedRecipe;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.SearchRecipe;
import io.harmonica.plan.PlanTarget;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The settings of a router's training; what is not given is as the recipe has it. */
final class TrainingOptions {
  private static final String DEFAULT = " (${DEFAULT-VALUE})";

  @Option(
      names = "--recipe",
      defaultValue = "harmonized",
      description =
          "harmonized: for a target, a plan searched by its effect on the image, with learned"
              + " forecasts; paper: as published, for a target only if one is given"
              + DEFAULT)
  private Kind recipe;

  @Option(
      names = "--trajectories",
      description =
          "trajectories of step-wise training, T - 1 optimiser steps each (harmonized trains only if"
              + " this is given, paper 2223)")
  private Integer trajectories;

  @Option(
      names = "--batch",
      description =
          "samples in a trajectory, without the unconditional half (harmonized 4, paper 32)")
  private Integer batch;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "20",
      description =
          "trajectories between two saves of the whole state, of --recipe paper (${DEFAULT-VALUE});"
              + " harmonized saves after each of its parts in any case")
  private int every;

  @Option(
      names = "--micro-batches",
      paramLabel = "M",
      description =
          "parts of the samples that an optimiser step learns from, for workers to share; the router"
              + " depends on how many there are, and not on the workers (1)")
  private Integer microBatches;

  @Option(names = "--learning-rate", description = "AdamW's rate (harmonized 0.02, paper 0.01)")
  private Double learningRate;

  @Option(
      names = "--beta",
      description =
          "price of computing a branch: more of it caches more; with a target, where it starts"
              + " (harmonized: as measured, paper 7e-8)")
  private Double beta;

  @Option(
      names = "--threshold",
      description =
          "tau: a branch is computed where its score is above; of step-wise training (0.1)")
  private Double threshold;

  @Option(
      names = "--refresh",
      description =
          "C: optimiser steps between measurements of the image error (harmonized 300, paper 500)")
  private Integer refresh;

  @Option(
      names = "--proxy",
      description = "the image error's definition: leave-one-out, cumulative (leave-one-out)")
  private String proxy;

  @Option(
      names = "--lambda",
      description =
          "how it weighs the steps: uniform, image-error, calibrated (harmonized calibrated, paper"
              + " image-error)")
  private String lambda;

  @Option(
      names = "--student",
      description =
          "how the student runs: blend as published, hard as at inference (harmonized hard, paper"
              + " blend)")
  private String student;

  @Option(
      names = "--order",
      paramLabel = "N",
      description =
          "the order of what stands in for a branch that is not computed: 0 repeats its last output,"
              + " higher ones extrapolate (harmonized 3, paper 0)")
  private Integer order;

  @Option(
      names = "--weights",
      description =
          "weights of the forecasts: taylor, learned, learned-shared by the halves of a guided batch"
              + " (harmonized: learned)")
  private String weights;

  @Option(
      names = "--weight-updates",
      description = "optimiser steps that learn the forecasts' weights (harmonized: 120)")
  private Integer weightUpdates;

  @Option(
      names = "--refine",
      description = "rounds that exchange single cells at the end, of --recipe harmonized (0)")
  private Integer rounds;

  @Option(
      names = "--refine-forwards",
      description =
          "guided forward passes that a round, the exchange of steps or a start may take"
              + " (harmonized 6000)")
  private Long forwards;

  @Option(
      names = "--calibration",
      description = "samples on which plans are measured (harmonized 16)")
  private Integer calibration;

  @Option(names = "--seed", defaultValue = "0", description = "the seed of everything" + DEFAULT)
  private long seed;

  /** The recipes by the names of the option. */
  enum Kind {
    HARMONIZED(RouterTrainerConfig.harmonized()),
    PAPER(RouterTrainerConfig.paper());

    private final RouterTrainerConfig config;

    Kind(RouterTrainerConfig config) {
      this.config = config;
    }
  }

  RouterTrainerConfig config() {
    RouterTrainerConfig config = recipe.config.withSeed(seed);
    config = trajectories == null ? config : config.withTrajectories(trajectories);
    config = batch == null ? config : config.withBatch(batch);
    config = microBatches == null ? config : config.withMicroBatches(microBatches);
    config = learningRate == null ? config : config.withLearningRate(learningRate);
    config = beta == null ? config : config.withBeta(beta);
    config = threshold == null ? config : config.withThreshold(threshold);
    config = refresh == null ? config : config.withRefreshSteps(refresh);
    config =
        proxy == null ? config : config.withProxy(choice(ImageErrorProxy.class, "--proxy", proxy));
    config =
        lambda == null ? config : config.withLambda(choice(LambdaRule.class, "--lambda", lambda));
    config = recipe == Kind.PAPER && order != null ? config.withForecast(order) : config;
    return student == null
        ? config
        : config.withStudent(choice(StudentRule.class, "--student", student));
  }

  /** Whether a training without a target is none that the recipe knows. */
  boolean needsTarget() {
    return recipe == Kind.HARMONIZED;
  }

  /** Whether its routers forecast. */
  boolean forecasts() {
    return or(order, recipe == Kind.HARMONIZED ? 1 : 0) > 0;
  }

  /** Whether the recipe trains step by step. */
  boolean sdt() {
    return recipe == Kind.PAPER || trajectories != null;
  }

  /** Nothing that is asked for may be left out in silence. */
  private void requireSdt() {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("--batch", batch);
    given.put("--micro-batches", learnsWeights() ? null : microBatches);
    given.put("--learning-rate", learningRate);
    given.put("--beta", beta);
    given.put("--threshold", threshold);
    given.put("--refresh", refresh);
    given.put("--proxy", proxy);
    given.put("--lambda", lambda);
    given.put("--student", student);
    if (!sdt()) {
      refuse(
          given,
          " is of step-wise training, which --recipe harmonized does without; give"
              + " --trajectories as well, or --recipe paper");
    }
  }

  private boolean learnsWeights() {
    return !"taylor".equals(weights) && or(weightUpdates, 1) > 0 && or(order, 1) > 0;
  }

  /** Refuses options that the recipe has no place for. */
  void check() {
    requireSdt();
    requireFit();
  }

  /** Trajectories between two saves of step-wise training. */
  int checkpointEvery() {
    return every;
  }

  /** What the options ask for; harmonized needs a target. */
  Recipe recipe(Optional<PlanTarget> target) {
    if (recipe == Kind.PAPER) {
      RouterTrainerConfig config = config();
      return new PublishedRecipe(target.map(config::steeredTo).orElse(config));
    }
    PlanSearchConfig usual = PlanSearchConfig.harmonized(target.orElseThrow());
    PlanSearchConfig search =
        usual
            .withCalibration(or(calibration, usual.calibration()))
            .withMicroBatches(or(microBatches, 1))
            .withSeed(seed)
            .withRounds(or(rounds, usual.rounds()), or(forwards, usual.forwards()));
    search = order == null ? search : search.withOrder(order);
    search =
        weights == null
            ? search
            : search.withLearned(choice(PlanSearchConfig.Weights.class, "--weights", weights));
    search = search.withUpdates(or(weightUpdates, search.updates()));
    return new SearchRecipe(sdt() ? search.withStepwise(config()) : search);
  }

  private void requireFit() {
    Map<String, Object> foreign = new LinkedHashMap<>();
    if (recipe == Kind.PAPER) {
      foreign.put("--refine", or(rounds, 0) > 0 ? rounds : null);
      foreign.put("--refine-forwards", forwards);
      foreign.put("--calibration", calibration);
      foreign.put("--weights", weights);
      foreign.put("--weight-updates", weightUpdates);
    }
    refuse(foreign, " is of --recipe " + written(Kind.HARMONIZED) + "; leave it out");
    if (or(weightUpdates, 0) > 0 && !learnsWeights()) {
      throw new IllegalArgumentException(
          "--weight-updates is %d, but with --weights taylor or --order 0 no weights are learned; leave it out"
              .formatted(weightUpdates));
    }
  }

  /** Names the first option that is given. */
  private static void refuse(Map<String, Object> options, String fault) {
    options.forEach(
        (name, value) -> {
          if (value != null) {
            throw new IllegalArgumentException(name + fault);
          }
        });
  }

  private static <V> V or(V given, V usual) {
    return given == null ? usual : given;
  }

  static <E extends Enum<E>> E choice(Class<E> type, String option, String text) {
    for (E constant : type.getEnumConstants()) {
      if (written(constant).equals(text)) {
        return constant;
      }
    }
    StringBuilder names = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      names.append(names.isEmpty() ? "" : ", ").append(written(constant));
    }
    throw new IllegalArgumentException(option + " is " + text + ", expected one of " + names);
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
