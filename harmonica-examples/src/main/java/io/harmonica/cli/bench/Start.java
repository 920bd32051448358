package io.harmonica.cli.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the start of a process to its first image, on the wall, and the parts of the way there. */
record Start() implements FigureGroup {
  /** By its name, since it knows the command that gets here. */
  private static final String MAIN = "io.harmonica.examples.Main";

  private static final int STEPS = 20;

  @Override
  public List<String> names() {
    return List.of("first_image_seconds", "model_ready_seconds", "first_image_sampling_seconds");
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    double[][] seconds = new double[3][bench.rounds()];
    run(bench);
    for (int round = 0; round < bench.rounds(); round++) {
      double[] times = run(bench);
      for (int i = 0; i < times.length; i++) {
        seconds[i][round] = times[i];
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      figures.add(Figure.of(names().get(i), "s", seconds[i]));
    }
    return figures;
  }

  private static double[] run(Workbench bench) throws IOException {
    Path folder = Files.createTempDirectory("harmonica-bench");
    Path log = folder.resolve("log.txt");
    Path images = Files.createDirectory(folder.resolve("images"));
    try {
      long began = System.nanoTime();
      Process process = ChildJvm.start(List.of(), MAIN, arguments(bench, images), log);
      List<String> lines = ChildJvm.finish(process, log);
      double whole = (System.nanoTime() - began) / 1e9;
      return new double[] {whole, number(lines, "ready after "), number(lines, "samples in ")};
    } finally {
      delete(images);
      delete(folder);
    }
  }

  static List<String> arguments(Workbench bench, Path images) {
    return List.of(
        "sample",
        "--labels",
        "3",
        "--steps",
        Integer.toString(STEPS),
        "--device",
        bench.device(),
        "--out",
        images.toString());
  }

  /** The number behind a text. */
  private static double number(List<String> lines, String text) throws IOException {
    for (String line : lines) {
      int place = line.indexOf(text);
      if (place >= 0) {
        return Double.parseDouble(line.substring(place + text.length()).split(" ", -1)[0]);
      }
    }
    throw new IOException("sampling printed no \"" + text + "\"");
  }

  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
