package io.harmonica.cli.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.train.LambdaRule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What matters to the model of clothes: classes, DDIM. */
final class WhatMattersTest extends WhatMatters {

  @Override
  double reused() {
    return 0.4;
  }

  @Override
  DiffusionPipeline open() throws IOException {
    return BundledDit.pipeline(Device.cpu());
  }

  @Override
  SamplingSetup setup(DiffusionPipeline pipeline, int steps) {
    return pipeline.setup(steps, "ddim").withGuidance(2);
  }

  @Test
  void stepWiseTrainingBeatsItsStartAndTheImageErrorProxyStepsWeighedAlike() {
    double uniform = published(LambdaRule.UNIFORM);
    assertThat(uniform).isLessThan(0.7 * untrained());
    assertThat(published(LambdaRule.CALIBRATED)).isLessThan(0.85 * uniform);
  }

  @Test
  void forecastsBeatRepetitionAndLearnedWeightsBeatTaylors() {
    double repeated = searched(0, Weights.TAYLOR);
    double taylor = searched(2, Weights.TAYLOR);
    double learned = searched(2, Weights.LEARNED);
    assertThat(taylor).isLessThan(0.6 * repeated);
    assertThat(learned).isLessThan(0.9 * taylor);
  }
}
