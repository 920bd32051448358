package io.harmonica.cli;

import io.harmonica.cli.compare.TextTable;
import io.harmonica.kernel.Precision;
import io.harmonica.model.Footprint;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.CachePolicies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what models take before they are downloaded. */
@Command(
    name = "footprint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Tells on paper what sampling with a model takes: operations, memory with a cache and, if the"
            + " machine's rate is given, time. Nothing is read or computed. Sizes are in GB, 10^9"
            + " bytes, for the model alone: add half a GB for the engine and Java.")
final class FootprintCommand implements Callable<Integer> {
  private static final double GIGA = 1e9;

  @Parameters(
      paramLabel = "MODEL@PIXELS",
      arity = "0..*",
      defaultValue =
          "DiT-XL/2@256 DiT-XL/2@512 SiT-XL/2@256 U-ViT-H/2@256 PixArt-XL/2@256 PixArt-XL/2@512"
              + " PixArt-XL/2@1024 PixArt-XL/2@2048",
      split = " ",
      description =
          "a public size and the images' height and width, such as DiT-XL/2@512 (the full"
              + " sizes that are published)")
  private List<String> models;

  @Option(
      names = "--batch",
      defaultValue = "1",
      description = "images at once; guidance makes two samples of each (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--policy",
      paramLabel = "RULE",
      defaultValue = "interval:2",
      description = "what the cache column is for (${DEFAULT-VALUE})")
  private String policy;

  @Option(
      names = "--steps",
      paramLabel = "T",
      defaultValue = "20",
      description = "steps of that policy's trajectory (${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--rate",
      paramLabel = "GMAC",
      description =
          "billions of multiply-accumulates that the machine does in a second, for the time column")
  private Double rate;

  @Override
  public Integer call() throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    if (rate != null && !(rate > 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException("--rate is " + rate + ", expected a number above 0");
    }
    CachePolicy rule = CachePolicies.parse(policy);
    List<String> header =
        new ArrayList<>(
            List.of("model", "tokens", "million", "GMAC", "speed-up", "cache", "float32", "bf16"));
    if (rate != null) {
      header.add("seconds");
    }
    TextTable table = new TextTable(header);
    models.forEach(model -> table.row(row(model, footprint(model), rule)));
    System.out.print(table);
    return 0;
  }

  private List<String> row(String model, Footprint footprint, CachePolicy rule) {
    int rows = 2 * batch;
    CachePlan plan = rule.plan(PlanRequest.of(steps, footprint.layout()));
    List<String> row = new ArrayList<>();
    row.add(model);
    row.add(Long.toString(footprint.tokens()));
    row.add(text(footprint.parameters() / 1e6, 0));
    row.add(text(rows * footprint.cost().full() / GIGA, 0));
    row.add(text(footprint.cost().speedup(plan), 2));
    row.add(text(plan.lifetimes().peakBytes(footprint.featureSize(), rows) / GIGA, 2));
    row.add(text(footprint.peakBytes(Precision.FLOAT32, plan, rows) / GIGA, 1));
    row.add(text(footprint.peakBytes(Precision.BFLOAT16, plan, rows) / GIGA, 1));
    if (rate != null) {
      row.add(text(footprint.stepSeconds(rows, rate * GIGA), 1));
    }
    return row;
  }

  private static Footprint footprint(String model) {
    int at = model.indexOf('@');
    String pixels = model.substring(at + 1);
    if (at < 0 || !pixels.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException(
          "model is %s, expected a name and the images' height and width, such as DiT-XL/2@512"
              .formatted(model));
    }
    return DiffusionPipeline.footprint(model.substring(0, at), Integer.parseInt(pixels));
  }

  private static String text(double number, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number);
  }
}
