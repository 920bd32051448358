package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which family opens which path. */
final class ModelFamiliesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"PixArtAlphaPipeline,pixart", "PixArtSigmaPipeline,pixart", "DiTPipeline,dit"})
  void pipelinesSayWhatTheyAre(String pipeline, String family) throws IOException {
    write("{\"_class_name\": \"" + pipeline + "\"}");
    assertThat(ModelFamilies.of(folder, PipelineOptions.defaults()).name()).isEqualTo(family);
  }

  @Test
  void bareCheckpointsAreDits() throws IOException {
    assertThat(ModelFamilies.of(TinyModels.dit(), PipelineOptions.defaults()).name())
        .isEqualTo("dit");
  }

  @Test
  void theFamilyCanBeNamed() throws IOException {
    assertThat(ModelFamilies.of(folder, PipelineOptions.defaults().family("pixart")).name())
        .isEqualTo("pixart");
  }

  @Test
  void unknownPipelinesAreNamed() throws IOException {
    write("{\"_class_name\": \"FluxPipeline\"}");
    assertThatThrownBy(() -> ModelFamilies.of(folder, PipelineOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model_index.json")
        .hasMessageContaining("a FluxPipeline")
        .hasMessageContaining("or DiTPipeline");
    write("{");
    assertThatThrownBy(() -> ModelFamilies.of(folder, PipelineOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model_index.json");
  }

  @Test
  void whatIsNotThereIsSaid() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> DiffusionPipeline.open(missing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
  }

  private void write(String index) throws IOException {
    Files.writeString(folder.resolve("model_index.json"), index);
  }
}
