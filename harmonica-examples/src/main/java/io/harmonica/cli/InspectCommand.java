package io.harmonica.cli;

import io.harmonica.cli.report.RouterHeatMap;
import io.harmonica.cli.report.RouterPictures;
import io.harmonica.files.Pngs;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import io.harmonica.router.RouterDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a router does. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows a router: CUR, speed-up, counts per step and kind, where it comes from; a heat map on"
            + " request.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "ROUTER",
      description = "a router that \"train\" wrote, or a public .pt file")
  private Path router;

  @Option(
      names = "--threshold",
      paramLabel = "TAU",
      description = "compute where the score is above; else what it was trained for")
  private Double threshold;

  @Option(
      names = "--heat-map",
      paramLabel = "FILE",
      description = "draw the scores, and what is reused, as a PNG file")
  private Path heatMap;

  /** What --heat-map was called before. */
  @Option(names = "--out", hidden = true)
  private Path out;

  @Override
  public Integer call() throws IOException {
    Path picture = heatMap == null ? out : heatMap;
    if (picture != null) {
      Outputs.requireFolderOf(picture);
    }
    Router read = Router.read(router);
    Router scores = threshold == null ? read : read.withThreshold(threshold);
    CachePlan plan = scores.uncheckedPlan();
    Optional<RouterDescription> description = RouterDescription.of(scores);
    System.out.printf(
        "%s: %d steps x %d branches, threshold %s%n",
        router, scores.steps(), scores.branches(), scores.threshold());
    System.out.printf("CUR %.1f%%%n", 100 * plan.cacheUtilisation());
    description.ifPresent(
        found -> System.out.printf("theoretical speed-up %.2fx%n", found.cost().speedup(plan)));
    BranchLayout layout =
        description
            .map(RouterDescription::layout)
            .orElse(new BranchLayout(scores.branches(), List.of(BranchKind.SELF_ATTENTION)));
    printSteps(plan, layout, description.isPresent());
    System.out.println();
    System.out.print(ProvenanceTable.of(scores));
    if (picture != null) {
      Pngs.write(
          RouterHeatMap.draw(
              RouterPictures.scores(scores),
              RouterPictures.plan(plan),
              RouterPictures.names(layout)),
          picture);
      System.out.println("heat map: " + picture);
    }
    return 0;
  }

  private static void printSteps(CachePlan plan, BranchLayout layout, boolean kinds) {
    List<BranchKind> columns = kinds ? layout.kinds() : List.of();
    System.out.print("step  reused");
    columns.forEach(kind -> System.out.printf("  %5s", kind.label()));
    System.out.println();
    int[] sums = new int[columns.size()];
    int sum = 0;
    for (int step = 0; step < plan.steps(); step++) {
      System.out.printf("%4d  %6d", step, plan.reused(step));
      sum += plan.reused(step);
      for (int column = 0; column < sums.length; column++) {
        int count = reused(plan, layout, step, columns.get(column));
        System.out.printf("  %5d", count);
        sums[column] += count;
      }
      System.out.println();
    }
    System.out.printf(" all  %6d", sum);
    Arrays.stream(sums).forEach(count -> System.out.printf("  %5d", count));
    System.out.println();
  }

  private static int reused(CachePlan plan, BranchLayout layout, int step, BranchKind kind) {
    int count = 0;
    for (int block = 0; block < layout.blocks(); block++) {
      if (!plan.computes(step, layout.index(block, kind))) {
        count++;
      }
    }
    return count;
  }
}
