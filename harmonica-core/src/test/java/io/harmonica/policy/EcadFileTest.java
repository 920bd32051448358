package io.harmonica.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ECAD's schedules as its public code writes them. */
final class EcadFileTest {
  private static final BranchLayout PIXART =
      new BranchLayout(
          2,
          List.of(BranchKind.SELF_ATTENTION, BranchKind.CROSS_ATTENTION, BranchKind.FEED_FORWARD));
  private static final BranchLayout DIT =
      new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));

  /** Names of steps have three digits, those of blocks as many as they need. */
  private static final String PUBLISHED =
      """
      {
          "cache_schedule": {
              "num_blocks": 2,
              "num_inference_steps": 3,
              "name": "handcrafted-nsga2_gen_358_cand_014",
              "attributes": {"num_affected_steps": 3, "nested": [{"deep": null}]},
              "schedule": {
                  "000": {
                      "0": {"attn1": true, "attn2": true, "ff": true},
                      "1": {"attn1": false, "attn2": true, "ff": true}
                  },
                  "001": {
                      "0": {"attn1": false, "attn2": true, "ff": false},
                      "1": {"attn1": false, "attn2": false, "ff": true}
                  },
                  "002": {
                      "1": {"ff": false, "attn2": false, "attn1": true},
                      "0": {"attn1": false, "attn2": false, "ff": false}
                  }
              }
          },
          "config": {"pipeline": {"kwargs": {"guidance_scale": 4.5}}},
          "metrics": {"total_macs": 2134989471744}
      }
      """;

  private static final String TWO_KINDS =
      "{\"cache_schedule\": {\"schedule\": {\"000\": {\"0\": {\"attn1\": true, \"ff\": true},"
          + " \"1\": {\"attn1\": true, \"ff\": true}}, \"001\": {\"0\": {\"attn1\": false,"
          + " \"ff\": true}, \"1\": {\"attn1\": true, \"ff\": false}}}, \"num_blocks\": 2,"
          + " \"num_inference_steps\": 2}}";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("schedule.json"), text);
  }

  @Test
  void publishedFormIsRead() throws IOException {
    CachePolicy policy = CachePolicies.parse("ecad:" + file(PUBLISHED));
    // The first step computes all, as the public code does where its cache is empty.
    CachePlan plan = policy.plan(PlanRequest.of(3, PIXART));
    assertThat(plan).hasToString("######\n.#...#\n...#..\n");
    assertThat(plan.repeats()).isTrue();
    assertThat(policy.name()).isEqualTo("ecad");
    assertThat(policy.plan(new PlanRequest(3, PIXART, new ModelFit("any", "0123", "sa-solver"))))
        .isEqualTo(plan);
  }

  @Test
  void modelsWithoutCrossAttentionHaveTwoParts() throws IOException {
    EcadPolicy policy = EcadFile.read(file(TWO_KINDS));
    assertThat(policy.plan(PlanRequest.of(2, DIT))).hasToString("####\n.##.\n");
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(2, PIXART)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CROSS_ATTENTION");
  }

  @Test
  void anotherRunIsRefused() throws IOException {
    EcadPolicy policy = EcadFile.read(file(PUBLISHED));
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(20, PIXART)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for 3 steps, this run has 20");
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(3, DIT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 blocks of [SELF_ATTENTION, CROSS_ATTENTION, FEED_FORWARD]");
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(3, new BranchLayout(28, PIXART.kinds()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 28");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_blocks\": 2 | \"num_blocks\": 3 | 2 blocks of a step, expected those from 0 to",
        "\"num_blocks\": 2 | \"num_blocks\": 2.5 | $.cache_schedule.num_blocks has \"2.5\"",
        "\"num_blocks\": 2 | \"num_blocks\": -1 | has \"-1\"",
        "\"num_blocks\": 2 | \"num_blocks\": \"2\" | num_blocks is STRING, expected NUMBER",
        "\"num_blocks\": 2 | \"num_blocks\": 2, \"num_blocks\": 2 | num_blocks is there twice",
        "\"num_blocks\": 2 | \"blocks\": 2 | num_blocks - 1, which is missing",
        "\"num_inference_steps\": 3 | \"num_inference_steps\": 20 | 3 steps, expected those",
        "\"num_inference_steps\": 3 | \"num_inference_steps\": 0 | which is 0",
        "\"002\" | \"003\" | 3 steps, expected those from 0",
        "\"002\" | \"1\" | has the number 1 twice",
        "\"002\" | \"001\" | schedule.001 is there twice",
        "\"002\" | \"two\" | has \"two\"",
        "\"002\" | \"99999999999\" | 99999999999",
        "\"ff\": false | \"ff\": 0 | ff is NUMBER, expected BOOLEAN",
        "\"ff\": false | \"ff\": null | ff is NULL, expected BOOLEAN",
        "\"ff\": false | \"full_ff\": false | full_ff is none of attn1, attn2 and ff",
        "\"ff\": false | \"custom_compute_attn\": {} | custom_compute_attn is none of",
        "\"ff\": false | \"attn1\": false | attn1 is there twice",
        ", \"ff\": false | '' | have the parts",
        "\"cache_schedule\" | \"schedule\" | 0 steps",
        "{\"attn1\": false, \"attn2\": true, \"ff\": false} | [] | BEGIN_ARRAY",
        "2134989471744 | 1e | no sound JSON after $.metrics",
        "\"config\" | config | no sound JSON",
        "null | 'x' | no sound JSON"
      })
  void wrongSchedulesAreRefusedInOneLine(String from, String to, String named) throws IOException {
    String changed = PUBLISHED.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to));
    assertThat(changed).isNotEqualTo(PUBLISHED);
    assertRefused(file(changed), named);
  }

  @Test
  void otherContentIsRefused() throws IOException {
    assertRefused(file(""), "no sound JSON");
    assertRefused(file("[]"), "BEGIN_ARRAY, expected BEGIN_OBJECT");
    assertRefused(file("{}"), "0 steps");
    assertRefused(file(PUBLISHED + "{}"), "");
    assertRefused(file("[".repeat(100_000)), "BEGIN_ARRAY");
    assertRefused(file("{\"config\":" + "[".repeat(100_000)), "no sound JSON");
    assertRefused(file("{\"\u001b[31m" + "x".repeat(10_000) + "\": tru"), "no sound JSON");
    String huge = TWO_KINDS.replaceAll("(num_[a-z_]+\": )2", "$19999");
    assertRefused(file(huge), "9999 steps of 9999 blocks, expected at most 1000000");
    assertRefused(folder, "folder");
    Path latin = folder.resolve("latin.json");
    Files.write(latin, "{\"ä\": 1}".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(latin, "no UTF-8");
    Path missing = folder.resolve("missing.json");
    assertThatThrownBy(() -> CachePolicies.parse("ecad:" + missing))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    String text = PUBLISHED.strip();
    for (int length = 0; length < text.length(); length++) {
      assertRefused(file(text.substring(0, length)), "");
    }
  }

  @Property(tries = 300)
  void oneChangedByteIsReadOrRefused(
      @ForAll @IntRange(min = 0, max = 1000) int place, @ForAll byte value) throws IOException {
    byte[] bytes = PUBLISHED.getBytes(StandardCharsets.UTF_8);
    bytes[place % bytes.length] = value;
    Path file = Files.createTempFile("ecad", ".json");
    try {
      Files.write(file, bytes);
      Throwable refusal = catchThrowable(() -> EcadFile.read(file));
      if (refusal != null) {
        assertThat(refusal).isInstanceOf(MalformedCheckpointException.class);
        assertThat(refusal.getMessage().lines()).hasSize(1);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void assertRefused(Path file, String named) {
    Throwable refusal = catchThrowable(() -> EcadFile.read(file));
    assertThat(refusal)
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(named);
    assertThat(refusal.getMessage()).hasSizeLessThan(600).doesNotContain("\u001b");
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }
}
