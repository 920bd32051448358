package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.harmonica.model.Footprint;
import io.harmonica.plan.ComputeCost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The public sizes, and configurations as JSON. */
final class DitConfigTest {
  private static final DitConfig TINY = new DitConfig(8, 2, 4, 32, 2, 2, 4, 10, 0.1, true);

  /** Depth, width, heads, and parameters as the public code's models have them. */
  @ParameterizedTest
  @CsvSource({
    "DiT-S/2, 12, 384, 6, 32963360",
    "DiT-S/4, 12, 384, 6, 32945024",
    "DiT-S/8, 12, 384, 6, 33148160",
    "DiT-B/2, 12, 768, 12, 130512416",
    "DiT-B/4, 12, 768, 12, 130475648",
    "DiT-B/8, 12, 768, 12, 130881536",
    "DiT-L/2, 24, 1024, 16, 458102816",
    "DiT-L/4, 24, 1024, 16, 458053760",
    "DiT-L/8, 24, 1024, 16, 458594816",
    "DiT-XL/2, 28, 1152, 16, 675129632",
    "DiT-XL/4, 28, 1152, 16, 675074432",
    "DiT-XL/8, 28, 1152, 16, 675683072"
  })
  void publicConfigurations(String name, int depth, int width, int heads, long parameters) {
    DitConfig config = DitConfig.named(name, 32);
    assertThat(config.depth()).isEqualTo(depth);
    assertThat(config.hiddenSize()).isEqualTo(width);
    assertThat(config.numHeads()).isEqualTo(heads);
    assertThat(config.patchSize()).isEqualTo(name.charAt(name.length() - 1) - '0');
    assertThat(config.inChannels()).isEqualTo(4);
    assertThat(config.outChannels()).isEqualTo(8);
    assertThat(config.mlpSize()).isEqualTo(4 * width);
    assertThat(config.numClasses()).isEqualTo(1000);
    assertThat(DitShapes.of(config).values().stream().mapToLong(Shape::size).sum())
        .isEqualTo(parameters);
  }

  @Test
  void namesIgnoreCaseAndThePrefix() {
    assertThat(DitConfig.named("xl/2", 32)).isEqualTo(DitConfig.named("DiT-XL/2", 32));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "DiT-XL", "DiT-XL/3", "DiT-M/2", "DiT-XL/2/2", "XL/", "/2"})
  void unknownNamesAreRefused(String name) {
    assertThatThrownBy(() -> DitConfig.named(name, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"");
  }

  @Test
  void sizeOfTheLatentsDecidesTheTokens() {
    assertThat(DitConfig.named("XL/2", 32).tokens()).isEqualTo(256);
    assertThat(DitConfig.named("XL/2", 64).tokens()).isEqualTo(1024);
    assertThat(DitConfig.named("XL/8", 32).tokens()).isEqualTo(16);
  }

  @Test
  void costIsThatOfThePaper() {
    // Peebles and Xie, 2023, Table 4 (their "Gflops" are multiply-accumulates).
    assertThat(gigaMacs("XL/2", 32)).isCloseTo(118.6, within(0.3));
    assertThat(gigaMacs("XL/2", 64)).isCloseTo(524.6, within(1.0));
    assertThat(gigaMacs("S/2", 32)).isCloseTo(6.06, within(0.05));
    assertThat(gigaMacs("B/4", 32)).isCloseTo(5.56, within(0.05));
    assertThat(gigaMacs("L/8", 32)).isCloseTo(5.01, within(0.05));
  }

  private static double gigaMacs(String name, int inputSize) {
    return DitCost.of(DitConfig.named(name, inputSize)).full() / 1e9;
  }

  @Test
  void costOfATinyModelByHand() {
    ComputeCost cost = DitCost.of(TINY);
    // 16 tokens of width 32: four square products, and two products of 16 x 16 scores.
    assertThat(cost.branch(0)).isEqualTo(16 * 4 * 32 * 32 + 2 * 16 * 16 * 32);
    assertThat(cost.branch(3)).isEqualTo(16 * 2 * 32 * 128);
    int embedders = 16 * 16 * 32 + 256 * 32 + 32 * 32;
    int last = 2 * 32 * 32 + 16 * 32 * 32;
    assertThat(cost.fixed()).isEqualTo(embedders + 2 * 6 * 32 * 32 + last);
    assertThat(cost.full()).isEqualTo(cost.fixed() + 2 * cost.branch(0) + 2 * cost.branch(1));
  }

  @Test
  void jsonReadsBack() {
    DitConfig odd = new DitConfig(6, 3, 1, 36, 5, 3, 2.5, 7, 0, false);
    assertThat(DitConfig.fromJson(TINY.toJson())).isEqualTo(TINY);
    assertThat(DitConfig.fromJson(odd.toJson())).isEqualTo(odd);
  }

  @Test
  void absentMembersAreThePublicDefaults() {
    String json =
        """
        {"input_size": 32, "patch_size": 2, "hidden_size": 1152, "depth": 28, "num_heads": 16,
         "more": "is ignored"}
        """;
    assertThat(DitConfig.fromJson(json)).isEqualTo(DitConfig.named("XL/2", 32));
  }

  /** Their number of parameters fits in a long, and their shapes in little memory. */
  @Test
  void theLargestModelsHaveShapes() {
    int most = DitConfig.MOST;
    DitConfig largest =
        new DitConfig(most, 1 << 10, 1 << 16, most, 1 << 10, 1, 64, most, 0.1, true);
    assertThat(Footprint.parameters(DitShapes.of(largest).values())).isPositive();
  }

  private static String with(String member, String value) {
    String json = TINY.toJson().replaceAll("\"" + member + "\": [^,\\n]+", "");
    String rest = json.replaceAll("(?m)^\\s*,?\\s*$\\n?", "").replaceAll(",(\\s*)}", "$1}");
    return rest.replaceFirst("\\{", "{\"" + member + "\": " + value + ",");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input_size | 0",
        "input_size | -8",
        "input_size | 1e9",
        "patch_size | 3",
        "patch_size | \"two\"",
        "patch_size | null",
        "patch_size | 2048",
        "in_channels | 0",
        "in_channels | 65537",
        "hidden_size | 30",
        "hidden_size | [32, 32]",
        "depth | 0",
        "depth | {}",
        "depth | 1025",
        "num_heads | 5",
        "mlp_ratio | 0",
        "mlp_ratio | 65",
        "mlp_ratio | \"NaN\"",
        "num_classes | 0",
        "class_dropout_prob | -0.1",
        "class_dropout_prob | 1.5"
      })
  void wrongMembersAreNamedInOneLine(String member, String value) {
    assertRefused(with(member, value), member);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "learn_sigma | {}",
        "learn_sigma | \"maybe\"",
        "mlp_ratio | 0.01",
        "hidden_size | [32]",
        "depth | 2.7",
        "num_classes | 10.5"
      })
  void wrongMembersThatAreNotNoticed(String member, String value) {
    assertRefused(with(member, value), member);
  }

  private static void assertRefused(String json, String member) {
    Throwable refusal = catchThrowable(() -> DitConfig.fromJson(json));
    assertThat(refusal)
        .as(json)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(member);
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "noise_schedule | 3",
        "clip_sample | \"yes\"",
        "clip_sample | 1",
        "guided_channels | 2.7",
        "guided_channels | -1",
        "guided_channels | 9"
      })
  void wrongSettingsOfDiffusionAreNamed(String member, String value) {
    String json = with(member, value);
    assertThatThrownBy(() -> DiffusionConfig.fromJson(json, TINY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(member);
  }

  @ParameterizedTest
  @ValueSource(strings = {"input_size", "patch_size", "hidden_size", "depth", "num_heads"})
  void sizesWithoutADefaultMustBeThere(String member) {
    assertRefused(with("other", "1").replace("\"" + member + "\"", "\"gone\""), member);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "3", "null", "{\"depth\": ", "not json"})
  void whatIsNoJsonObjectIsRefused(String json) {
    assertThatThrownBy(() -> DitConfig.fromJson(json)).isInstanceOf(IllegalArgumentException.class);
  }
}
