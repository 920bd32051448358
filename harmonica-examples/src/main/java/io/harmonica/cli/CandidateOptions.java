package io.harmonica.cli;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Candidate;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is compared with the run without a cache. */
final class CandidateOptions {
  private static final String FULL = "full";

  @Option(
      names = "--policy",
      paramLabel = "RULE",
      description =
          "a rule, or steps:N for N plain steps; may be given several times. Rules are those of"
              + " \"sample\"")
  private List<String> rules = new ArrayList<>();

  @Option(
      names = "--router",
      paramLabel = "[NAME=]FILE",
      description =
          "a router, under its file's name or another one; may be given several times. Curves join"
              + " names that agree up to a colon")
  private List<String> routers = new ArrayList<>();

  /** Refuses what cannot be compared before a model is read. */
  void check() throws IOException {
    if (routers.isEmpty() && rules.stream().allMatch(FULL::equals)) {
      throw new IllegalArgumentException(
          "nothing to compare: give --policy RULE or --router FILE, each as often as you like");
    }
    for (String router : routers) {
      Router.read(file(router));
    }
  }

  /** Rules first, then routers, each in the order they were given in. */
  List<Candidate> candidates(SamplingSetup setup) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (String rule : rules) {
      // The run without a cache takes part anyhow.
      if (!FULL.equals(rule)) {
        candidates.add(Candidate.parse(rule, setup));
      }
    }
    for (String router : routers) {
      candidates.add(router(router, setup));
    }
    return candidates;
  }

  private static Candidate router(String text, SamplingSetup setup) throws IOException {
    Path file = file(text);
    Router scores = Router.read(file);
    String name =
        named(text)
            ? text.substring(0, text.indexOf('='))
            : file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
    return new Candidate(name, setup.plan(scores)).withRouter(scores);
  }

  private static Path file(String text) {
    return Path.of(named(text) ? text.substring(text.indexOf('=') + 1) : text);
  }

  private static boolean named(String text) {
    return text.indexOf('=') > 0 && !Files.exists(Path.of(text));
  }
}
