package io.harmonica.train;

import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The batch of a trajectory, whose parts workers share. What they find is summed here, in the
 * parts' order, so that it does not matter how many they are.
 *
 * @param config seed, batch and how it is split
 * @param workers who runs the parts
 */
record SharedBatch(RouterTrainerConfig config, Workers<? extends ModelBench> workers) {

  /** Measures the image error proxy on a trajectory's batch. */
  ProxyMeasurement measure(int trajectory, TrainableRouter router) throws IOException {
    float[][] logits = router.logits();
    return ProxyMeasurement.mean(
        workers.run(
            parts(trajectory).stream()
                .map(
                    part ->
                        new ProxyPiece(
                            part,
                            logits,
                            config.proxy(),
                            config.student(),
                            config.threshold(),
                            config.forecast()))
                .toList()));
  }

  /** Runs a trajectory. */
  SdtResult learn(int trajectory, TrainableRouter router, SdtObjective objective)
      throws IOException {
    float[][] logits = router.logits();
    SdtResult result =
        SdtResult.mean(
            workers.run(
                parts(trajectory).stream()
                    .map(part -> new SdtPiece(part, logits, objective))
                    .toList()));
    for (int step = 2; step < router.steps(); step++) {
      // As the trajectory did with its own copy.
      router.clamp(step);
    }
    return result;
  }

  private List<MicroBatch> parts(int trajectory) {
    int parts = config.microBatches();
    return IntStream.range(0, parts)
        .mapToObj(
            part ->
                new MicroBatch(
                    config.seed(), (long) trajectory * parts + part, config.batch() / parts))
        .toList();
  }
}
