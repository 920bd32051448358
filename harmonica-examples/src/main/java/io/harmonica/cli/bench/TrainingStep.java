package io.harmonica.cli.bench;

import io.harmonica.cli.bench.TrainingClock.Part;
import io.harmonica.kernel.Precision;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One step of step-wise denoising training, whole and in parts, and the measurement of the image
 * error proxy, in guided forward passes. The real trainer runs; forward passes are timed right
 * before each of its trajectories.
 */
record TrainingStep(BenchSubject<?> model, StudentRule student, double threshold, String suffix)
    implements FigureGroup {
  private static final int FORWARDS = 5;
  private static final String FORWARD_UNIT = "forwards";

  private static final Part[] PARTS = {
    Part.TEACHER, Part.STUDENT, Part.BACKWARD, Part.UPDATE, Part.SAMPLER
  };

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of("sdt_step_forwards" + suffix));
    for (Part part : PARTS) {
      names.add("sdt_" + part.name().toLowerCase(Locale.ROOT) + "_forwards" + suffix);
    }
    names.add("lambda_refresh_t2" + suffix);
    names.add("forward_seconds" + suffix);
    names.add("sdt_step_seconds" + suffix);
    return names;
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject<?> subject = Subject.open(bench, model, Precision.FLOAT32)) {
      double[][] figures = new double[names().size()][bench.rounds()];
      trajectory(bench, subject, 2);
      for (int round = 0; round < bench.rounds(); round++) {
        subject.forward();
        double forward =
            bench.time(
                    () -> {
                      for (int i = 0; i < FORWARDS; i++) {
                        subject.forward();
                      }
                    })
                / FORWARDS;
        TrainingClock parts = trajectory(bench, subject, bench.steps());
        fill(figures, round, parts, forward, bench.steps());
      }
      List<Figure> result = new ArrayList<>();
      for (int i = 0; i < figures.length; i++) {
        result.add(Figure.of(names().get(i), unit(names().get(i)), figures[i]));
      }
      return result;
    }
  }

  private String unit(String name) {
    return name.endsWith("_seconds" + suffix)
        ? "s"
        : name.startsWith("lambda_refresh") ? "ratio" : FORWARD_UNIT;
  }

  private static void fill(
      double[][] figures, int round, TrainingClock parts, double forward, int steps) {
    for (int i = 0; i < PARTS.length; i++) {
      double share = parts.seconds(PARTS[i]) / (forward * (steps - 1));
      figures[1 + i][round] = share;
      figures[0][round] += share;
    }
    figures[1 + PARTS.length][round] = parts.seconds(Part.REFRESH) / (forward * steps * steps);
    figures[2 + PARTS.length][round] = forward;
    figures[3 + PARTS.length][round] = figures[0][round] * forward;
  }

  /** Runs one trajectory of training with a refresh before it. */
  private TrainingClock trajectory(Workbench bench, Subject<?> subject, int steps) {
    RouterTrainerConfig config =
        RouterTrainerConfig.paper()
            .withTrajectories(1)
            .withBatch(Subject.BATCH)
            .withBeta(1e-6)
            .withThreshold(threshold)
            .withRefreshSteps(steps)
            .withStudent(student);
    TrainingClock clock = new TrainingClock(bench);
    RouterTrainer trainer = new RouterTrainer(clock.watch(subject.setup(steps)), config);
    clock.start();
    trainer.train(subject.manager(), clock);
    return clock;
  }
}
