package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.plan.CachePlan;
import io.harmonica.policy.LinearPolicy;
import io.harmonica.policy.LinearPolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linear predictors from the command line, and what its options refuse. */
final class CalibrateCommandTest {
  @TempDir Path folder;

  private Cli linear(String options) {
    String line = "calibrate --steps 6 --batch 2 --out " + folder.resolve("w.safetensors");
    return Cli.run((line + " " + options).strip().split(" "));
  }

  private Cli sampled(int steps) {
    return Cli.run(
        "sample",
        "--steps",
        Integer.toString(steps),
        "--labels",
        "1",
        "--policy",
        "linear:" + folder.resolve("w.safetensors"),
        "--latents",
        folder.resolve("x.safetensors").toString());
  }

  @Test
  void fittedWeightsServeTheirRule() throws IOException {
    Cli made = linear("--method linear --cur 0.5 --terms 3 --halves --guidance 2");
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.out()).contains("CUR 50.0%").contains("--policy linear:");
    LinearPolicy policy = LinearPolicyFile.read(folder.resolve("w.safetensors"));
    CachePlan plan = policy.fitted();
    assertThat(plan.computes(4, 0)).isTrue();
    assertThat(plan.forecast(5, 0).terms()).isEqualTo(3);
    assertThat(plan.halves()).isEqualTo(2);
    Cli used = sampled(6);
    assertThat(used.status()).as(used.err()).isZero();
    Cli other = sampled(7);
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("for 6 steps, this run has 7");
  }

  @Test
  void intervalComputesEveryNthStep() throws IOException {
    Cli made = linear("--method LINEAR --interval 3");
    assertThat(made.status()).as(made.err()).isZero();
    CachePlan plan = LinearPolicyFile.read(folder.resolve("w.safetensors")).fitted();
    assertThat(plan.computes(3, 0)).isTrue();
    assertThat(plan.forecast(4, 0).terms()).isEqualTo(2);
    assertThat(plan.halves()).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "--method linear, either --interval or --cur",
    "--method linear --interval 2 --cur 0.5, not both",
    "--method linear --interval 0, interval is 0",
    "--method linear --cur 0.9, 0.9",
    "--method linear --interval 2 --terms 6, takes 6 outputs",
    "--method linear --interval 2 --max-gap 3, --max-gap is for --method smoothcache",
    "--method linear --interval 2 --halves --guidance 1, guidance scale is 1.0",
    "--interval 2, for --method linear",
    "--halves, for --method linear",
    "--max-gap 0, largest gap is 0",
    "--method taylor, taylor"
  })
  void wrongOptionsAreRefused(String options, String named) {
    Cli refused = linear(options);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains(named);
    assertThat(folder.resolve("w.safetensors")).doesNotExist();
  }

  @Test
  void damagedSchedulesAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("ecad.json"), "{\"cache_schedule\": [");
    Cli refused =
        Cli.run(
            "sample",
            "--steps",
            "6",
            "--labels",
            "1",
            "--policy",
            "ecad:" + file,
            "--latents",
            folder.resolve("x.safetensors").toString());
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains(file.toString()).contains("BEGIN_ARRAY");
    assertThat(refused.err().strip().lines()).hasSize(1);
  }
}
