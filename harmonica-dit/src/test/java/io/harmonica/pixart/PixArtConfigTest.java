package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.dit.Goldens;
import io.harmonica.plan.ComputeCost;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations as diffusers writes them, hostile ones, and the cost that follows from them. */
final class PixArtConfigTest {
  /** As in PixArt-alpha/PixArt-XL-2-1024-MS, which still has the old class. */
  private static final String OLD =
      """
      {"_class_name": "Transformer2DModel", "_diffusers_version": "0.22.0.dev0",
       "activation_fn": "gelu-approximate", "attention_bias": true, "attention_head_dim": 72,
       "attention_type": "default", "caption_channels": 4096, "cross_attention_dim": 1152,
       "double_self_attention": false, "dropout": 0.0, "in_channels": 4,
       "norm_elementwise_affine": false, "norm_eps": 1e-06, "norm_num_groups": 32,
       "norm_type": "ada_norm_single", "num_attention_heads": 16, "num_embeds_ada_norm": 1000,
       "num_layers": 28, "num_vector_embeds": null, "only_cross_attention": false,
       "out_channels": 8, "patch_size": 2, "sample_size": 128, "upcast_attention": false,
       "use_linear_projection": false}
      """;

  /** What PixArt-Sigma has beside it. */
  private static final String SIGMA =
      """
      {"_class_name": "PixArtTransformer2DModel", "caption_channels": 4096, "sample_size": 128,
       "interpolation_scale": 2, "use_additional_conditions": false}
      """;

  private static PixArtConfig tiny() {
    return new PixArtConfig(8, 2, 4, 8, 4, 16, 3, 32, 1, false);
  }

  @Test
  void readsWhatDiffusersWrote() throws IOException {
    assertThat(PixArtConfig.fromJson(read("pixart-tiny"))).isEqualTo(tiny());
    assertThat(PixArtConfig.fromJson(read("pixart-micro")))
        .isEqualTo(new PixArtConfig(8, 2, 4, 8, 3, 16, 2, 32, 1, true));
  }

  private static String read(String model) throws IOException {
    return Files.readString(Goldens.folder(model).resolve("transformer/config.json"));
  }

  @Test
  void oldClassTellsMicroConditioningBySize() {
    assertThat(PixArtConfig.fromJson(OLD)).isEqualTo(PixArtConfig.xl2(128));
    PixArtConfig alpha512 = PixArtConfig.fromJson(OLD.replace("128", "64"));
    assertThat(alpha512).isEqualTo(PixArtConfig.xl2(64));
    assertThat(PixArtConfig.xl2(128).microConditioned()).isTrue();
    assertThat(PixArtConfig.xl2(128).interpolationScale()).isEqualTo(2);
    assertThat(alpha512.microConditioned()).isFalse();
    assertThat(alpha512.interpolationScale()).isEqualTo(1);
  }

  @Test
  void sigmaHasNoMicroConditioning() {
    PixArtConfig sigma = PixArtConfig.fromJson(SIGMA);
    assertThat(sigma).isEqualTo(new PixArtConfig(128, 2, 4, 8, 16, 72, 28, 4096, 2, false));
    String sigma256 = SIGMA.replace("128", "32").replace(": 2,", ": 0.5,");
    assertThat(PixArtConfig.fromJson(sigma256).interpolationScale()).isEqualTo(0.5);
  }

  @Test
  void jsonReadsBack() {
    PixArtConfig odd = new PixArtConfig(6, 3, 1, 1, 2, 12, 5, 7, 0.5, true);
    assertThat(PixArtConfig.fromJson(odd.toJson())).isEqualTo(odd);
    assertThat(PixArtConfig.fromJson(PixArtConfig.xl2(32).toJson()))
        .isEqualTo(PixArtConfig.xl2(32));
  }

  @Test
  void xl2HasThePublishedNumberOfParameters() {
    // "0.6B" in the paper; counted tensor by tensor for the checkpoint without micro-conditioning.
    long parameters =
        PixArtTensors.shapes(PixArtConfig.xl2(32)).values().stream().mapToLong(Shape::size).sum();
    assertThat(parameters).isEqualTo(610_856_096L);
  }

  private static String with(String member, String value) {
    JsonObject json = JsonParser.parseString(tiny().toJson()).getAsJsonObject();
    json.add(member, JsonParser.parseString(value));
    return json.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_class_name | \"SD3Transformer2DModel\" | _class_name = SD3Transformer2DModel",
        "_class_name | null | _class_name missing",
        "norm_type | \"ada_norm_zero\" | norm_type = ada_norm_zero, expected ada_norm_single",
        "activation_fn | \"geglu\" | activation_fn = geglu",
        "attention_bias | false | attention_bias = false",
        "norm_elementwise_affine | true | norm_elementwise_affine = true",
        "norm_eps | 1e-5 | norm_eps = 1.0E-5",
        "attention_type | \"gated\" | attention_type = gated",
        "only_cross_attention | true | only_cross_attention = true",
        "double_self_attention | true | double_self_attention = true",
        "cross_attention_dim | 32 | cross_attention_dim = 32, expected 64",
        "caption_channels | null | lacks \"caption_channels\"",
        "sample_size | null | lacks \"sample_size\"",
        "sample_size | 0 | sample_size is 0",
        "sample_size | 1e9 | sample_size is 1000000000",
        "sample_size | \"8\" | sample_size",
        "patch_size | 3 | patch_size is 3",
        "in_channels | -4 | in_channels is -4",
        "out_channels | 7 | out_channels is 7, expected in_channels or twice that, 4 or 8",
        "num_layers | 1000000 | num_layers is 1000000",
        "num_layers | [] | num_layers",
        "caption_channels | 0 | caption_channels is 0",
        "interpolation_scale | 0 | interpolation_scale is 0",
        "interpolation_scale | -1 | interpolation_scale is -1",
        "use_additional_conditions | true | expected a multiple of 12",
        "use_additional_conditions | \"yes\" | use_additional_conditions"
      })
  void refusesOthersInOneLine(String member, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixArtConfig.fromJson(with(member, value)))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource({"''", "[]", "{", "null", "{}"})
  void refusesWhatIsNoConfiguration(String json) {
    assertThatIllegalArgumentException().isThrownBy(() -> PixArtConfig.fromJson(json));
  }

  @Test
  void costOfATinyModelByHand() {
    // 2 x 3 tokens of width 64, captions of 12.
    ComputeCost cost = PixArtCost.of(tiny(), new PixArtInput(4, 6, 2, 12));
    assertThat(cost.branch(0)).isEqualTo(6 * 4 * 64 * 64 + 2 * 6 * 6 * 64);
    assertThat(cost.branch(4)).isEqualTo((6 + 12) * 2 * 64 * 64 + 2 * 6 * 12 * 64);
    assertThat(cost.branch(8)).isEqualTo(6 * 2 * 64 * 256);
    int embed = 6 * 16 * 64;
    int time = 256 * 64 + 64 * 64 + 6 * 64 * 64;
    int last = 6 * 64 * 32;
    assertThat(cost.fixed()).isEqualTo(embed + time + last);
    assertThat(cost.full())
        .isEqualTo(cost.fixed() + 3 * (cost.branch(0) + cost.branch(1) + cost.branch(2)));
  }

  @Test
  void costGrowsWithImageAndCaption() {
    ComputeCost alpha256 = PixArtCost.of(PixArtConfig.xl2(32), new PixArtInput(32, 32, 8, 120));
    assertThat(alpha256.full() / 1e9).isCloseTo(148.7, within(0.5));
    ComputeCost longer = PixArtCost.of(PixArtConfig.xl2(32), new PixArtInput(32, 32, 8, 300));
    assertThat(longer.branch(1)).isGreaterThan(alpha256.branch(1));
    assertThat(longer.branch(0)).isEqualTo(alpha256.branch(0));
  }
}
