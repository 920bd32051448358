package io.harmonica.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OtherWorkTest {
  @TempDir private Path folder;
  private Path machine;
  private Path process;

  @BeforeEach
  void start() throws IOException {
    machine = folder.resolve("stat");
    process = folder.resolve("self");
    write("cpu  100 10 50 1000 20 5 5 10 30 0\ncpu0 1 2 3", "40 10 5 5");
  }

  private void write(String counts, String own) throws IOException {
    Files.writeString(machine, counts + "\nintr 7\n");
    Files.writeString(
        process, "12 (a (b) c) S 1 1 1 0 -1 4194304 5 5 5 5 " + own + " 20 0 9 0 77\n");
  }

  /** 100 ticks of the machine, 40 of them idle; 20 ours, of which 3 are a child's. */
  @Test
  void whatOthersHadIsSaid() throws IOException {
    OtherWork work = OtherWork.fromNow(machine, process);
    write("cpu  150 10 55 1035 25 5 5 15 60 0", "55 12 7 6");
    assertThat(work.share().orElseThrow()).isCloseTo(0.4, within(1e-9));
    assertThat(work.warning().orElseThrow()).contains("not quiet", "40%").hasLineCount(1);
    Map<String, String> facts = new LinkedHashMap<>();
    work.describe(facts);
    assertThat(facts).containsEntry("otherWork", "40% of processor time");
  }

  @Test
  void ofAQuietMachineThereIsNothingToSay() throws IOException {
    OtherWork work = OtherWork.fromNow(machine, process);
    write("cpu  190 10 60 1000 20 5 5 10 30 0", "127 20 5 5");
    assertThat(work.share().orElseThrow()).isCloseTo(0.03, within(1e-9));
    assertThat(work.warning()).isEmpty();
  }

  @Test
  void otherSystemsCountNothing() throws IOException {
    OtherWork work = OtherWork.fromNow(folder.resolve("none"), process);
    assertThat(work.share()).isEmpty();
    assertThat(work.warning()).isEmpty();
    Files.writeString(machine, "cpu of another form");
    assertThat(OtherWork.fromNow(machine, process).share()).isEmpty();
  }
}
