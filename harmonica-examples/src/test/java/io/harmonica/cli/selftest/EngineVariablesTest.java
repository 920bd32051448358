package io.harmonica.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.cli.selftest.GpuCase.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineVariablesTest {
  @TempDir private Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(EngineVariables.FLAVOUR);
  }

  @Test
  void theFlavourIsTakenFromTheFolder() throws IOException {
    Files.createFile(folder.resolve(System.mapLibraryName("torch")));
    EngineVariables given = new EngineVariables(folder.toString(), "2.7.1", "");
    assertThat(given.prepare().flavour()).isEqualTo("cpu");
    assertThat(System.getProperty("PYTORCH_FLAVOR")).isEqualTo("cpu");

    Files.createFile(folder.resolve(System.mapLibraryName("torch_cuda")));
    assertThat(given.prepare().flavour()).isEqualTo("cu128");
    assertThat(System.getProperty("PYTORCH_FLAVOR")).isEqualTo("cu128");
  }

  @Test
  void whatIsCompleteStaysAsItIs() {
    EngineVariables complete = new EngineVariables("/nowhere", "2.7.1", "cu128");
    assertThat(complete.prepare()).isEqualTo(complete);
    assertThat(new EngineVariables("", "", "").prepare().flavour()).isEmpty();
    assertThat(System.getProperty("PYTORCH_FLAVOR")).isNull();
  }

  @Test
  void theTrapIsRefusedByName() {
    assertThatThrownBy(() -> new EngineVariables("/lib", "2.7.1", "cu128-precxx11").prepare())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PYTORCH_FLAVOR=cu128-precxx11")
        .hasMessageContaining("without -precxx11");
    assertThatThrownBy(() -> EngineVariables.of(Map.of("PYTORCH_PRECXX11", "true")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PYTORCH_PRECXX11=true");
  }

  @Test
  void anotherVersionAndAnEmptyFolderAreRefused() {
    assertThatThrownBy(() -> new EngineVariables("/lib", "2.8.0", "cu128").prepare())
        .hasMessageContaining("PYTORCH_VERSION is 2.8.0")
        .hasMessageContaining("2.7.1");
    assertThatThrownBy(() -> new EngineVariables(folder.toString(), "2.7.1", "").prepare())
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("no torch library");
  }

  @Test
  void eachCaseHasItsNextCommand() {
    EngineVariables none = new EngineVariables("", "", "");
    assertThat(GpuCase.of(new Facts(1, true, false, false, none))).isEqualTo(GpuCase.READY);
    assertThat(GpuCase.of(new Facts(0, false, true, false, none))).isEqualTo(GpuCase.NO_GPU);
    assertThat(GpuCase.of(new Facts(0, true, true, false, none))).isEqualTo(GpuCase.CPU_BUILD);
    assertThat(GpuCase.of(new Facts(0, true, false, true, none))).isEqualTo(GpuCase.OFFLINE);
    assertThat(GpuCase.of(new Facts(0, true, false, false, none))).isEqualTo(GpuCase.BLIND);
    assertThat(
            GpuCase.of(new Facts(0, true, true, true, new EngineVariables("/lib", "2.7.1", "cpu"))))
        .isEqualTo(GpuCase.CPU_FOLDER);
    assertThat(GpuCase.CPU_BUILD.next()).contains("-P gpu");
    assertThat(GpuCase.OFFLINE.next())
        .contains("PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION", "PYTORCH_FLAVOR");
  }
}
