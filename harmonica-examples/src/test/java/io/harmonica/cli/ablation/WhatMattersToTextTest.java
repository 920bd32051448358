package io.harmonica.cli.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.text.Prompts;
import io.harmonica.train.LambdaRule;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What matters to the model of emoji: prompts, DPM-Solver++. */
@Tag("slow")
final class WhatMattersToTextTest extends WhatMatters {

  @Override
  double reused() {
    return 0.5;
  }

  @Override
  DiffusionPipeline open() throws IOException {
    return DiffusionPipeline.open(
        BundledText.folder(),
        PipelineOptions.defaults()
            .device(Device.cpu())
            .prompts(new Prompts(BundledText.prompts(), "")));
  }

  @Override
  SamplingSetup setup(DiffusionPipeline pipeline, int steps) {
    return pipeline.setup(steps).withGuidance(BundledText.GUIDANCE);
  }

  @Test
  void stepWiseTrainingBeatsItsStart() {
    assertThat(published(LambdaRule.UNIFORM)).isLessThan(0.7 * untrained());
  }

  @Test
  void forecastsBeatRepetitionAndLearnedWeightsBeatTaylors() {
    double repeated = searched(0, Weights.TAYLOR);
    double taylor = searched(2, Weights.TAYLOR);
    double learned = searched(2, Weights.LEARNED);
    assertThat(taylor).isLessThan(0.75 * repeated);
    assertThat(learned).isLessThan(0.85 * taylor);
  }
}
