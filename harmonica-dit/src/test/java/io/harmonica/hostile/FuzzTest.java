package io.harmonica.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fuzzes each reader, guided by what an input reaches in its code: {@code ./mvnw test -P fuzz}. A
 * finding is left in {@code target/fuzz}; its place, once mended, is {@code
 * src/test/resources/hostile}.
 */
@Tag("fuzz")
final class FuzzTest {
  private static final Pattern DONE = Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+)");

  @ParameterizedTest
  @EnumSource
  void nothingIsFound(HostileFormat format) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(Path.of("target", "fuzz", format.name()));
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    for (byte[] seed : format.seeds()) {
      Files.write(seeds.resolve(Integer.toString(Arrays.hashCode(seed))), seed);
    }
    Path log = folder.resolve("log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-Dfuzz.format=" + format,
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + FuzzTarget.class.getName(),
            "--instrumentation_includes=io.harmonica.**:com.google.gson.**",
            "-max_total_time=" + Integer.getInteger("fuzz.seconds", 60),
            "-max_len=65536",
            "-timeout=60",
            "-rss_limit_mb=4096",
            "-artifact_prefix=" + folder + "/found-",
            corpus.toString(),
            seeds.toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = process.waitFor();
    String text = Files.readString(log);
    MatchResult done = DONE.matcher(text).results().findFirst().orElse(null);
    if (done != null) {
      System.out.printf("%s: %s executions, coverage %s%n", format, done.group(1), done.group(2));
    }
    assertThat(status).as(format + ": " + text).isZero();
    assertThat(done).as(text).isNotNull();
  }
}
