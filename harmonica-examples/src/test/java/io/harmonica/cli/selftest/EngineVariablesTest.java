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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineVariablesTest {
  @TempDir private Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(EngineVariables.FLAVOUR);
    System.clearProperty(CudaRuntime.FOLDER);
  }

  /** pip lays PyTorch's libraries and CUDA's runtime side by side, libtorch in one folder. */
  @ParameterizedTest
  @CsvSource({"nvidia/cuda_runtime/lib/libcudart.so.12", "torch/lib/libcudart-218eec4c.so.12"})
  void theCudaRuntimeIsShownByTheNameThatDjlAsksFor(String place) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("torch/lib"));
    Files.createFile(lib.resolve(System.mapLibraryName("torch")));
    EngineVariables given = new EngineVariables(lib.toString(), "2.7.1", "cu128");
    given.prepare();
    assertThat(System.getProperty(CudaRuntime.FOLDER)).as("there is none").isNull();

    Path runtime = folder.resolve(place);
    Files.createDirectories(runtime.getParent());
    Files.createFile(runtime);
    new EngineVariables(lib.toString(), "2.7.1", "cpu").prepare();
    assertThat(System.getProperty(CudaRuntime.FOLDER)).as("the CPU build needs none").isNull();
    given.prepare();
    Path shown = Path.of(System.getProperty(CudaRuntime.FOLDER), "libcudart.so");
    assertThat(shown.toRealPath()).isEqualTo(runtime.toRealPath());

    System.setProperty(CudaRuntime.FOLDER, "chosen");
    given.prepare();
    assertThat(System.getProperty(CudaRuntime.FOLDER)).isEqualTo("chosen");
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
    assertThat(GpuCase.of(new Facts(1, true, true, false, false, none))).isEqualTo(GpuCase.READY);
    assertThat(GpuCase.of(new Facts(0, false, false, true, false, none))).isEqualTo(GpuCase.NO_GPU);
    assertThat(GpuCase.of(new Facts(0, false, true, true, false, none)))
        .isEqualTo(GpuCase.CPU_BUILD);
    assertThat(GpuCase.of(new Facts(0, false, true, false, true, none))).isEqualTo(GpuCase.OFFLINE);
    assertThat(GpuCase.of(new Facts(0, false, true, false, false, none))).isEqualTo(GpuCase.BLIND);
    assertThat(
            GpuCase.of(
                new Facts(0, false, true, true, true, new EngineVariables("/lib", "2.7.1", "cpu"))))
        .isEqualTo(GpuCase.CPU_FOLDER);
    assertThat(GpuCase.of(new Facts(0, true, true, false, false, none)))
        .isEqualTo(GpuCase.UNCOUNTED);
    assertThat(GpuCase.CPU_BUILD.next()).contains("-P gpu");
    assertThat(GpuCase.OFFLINE.next())
        .contains("PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION", "PYTORCH_FLAVOR");
  }
}
