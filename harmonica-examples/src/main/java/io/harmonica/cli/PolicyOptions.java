package io.harmonica.cli;

import io.harmonica.plan.CachePolicy;
import io.harmonica.policy.CachePolicies;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What decides which branches are reused: a router, a rule, or nothing. */
final class PolicyOptions {
  @Option(
      names = "--router",
      paramLabel = "FILE",
      description = "a router for this model, T and sampler; a public .pt file will do too")
  private Path router;

  @Option(
      names = "--threshold",
      paramLabel = "TAU",
      description = "compute where the router's score is above; else what it was trained for")
  private Double threshold;

  @Option(
      names = "--policy",
      paramLabel = "RULE",
      description =
          "a rule instead of a router: full, interval:N, random:CUR[:SEED],"
              + " delta-dit:BLOCKS:SWITCH_STEP:N, taylorseer:N:ORDER[:FIRST],"
              + " hicache:N:ORDER[:FIRST[:SCALE]], polynomial:N:ORDER[:FIRST],"
              + " smoothcache:ALPHA|cur=CUR:FILE, linear:FILE, ecad:FILE")
  private String rule;

  CachePolicy policy() throws IOException {
    if (router != null && rule != null) {
      throw new IllegalArgumentException("give either --router or --policy, not both");
    }
    if (router == null && threshold != null) {
      throw new IllegalArgumentException("--threshold needs a --router");
    }
    if (router == null) {
      return CachePolicies.parse(rule == null ? "full" : rule);
    }
    Router scores = Router.read(router);
    return threshold == null ? scores : scores.withThreshold(threshold);
  }

  @Override
  public String toString() {
    return router == null ? (rule == null ? "full" : rule) : "router " + router.getFileName();
  }
}
