package io.harmonica.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading an autoencoder's configuration. */
final class VaeConfigTest {
  private static final String WIDTHS = "\"block_out_channels\": [128, 256, 512, 512]";

  @Test
  void readsAnOldConfiguration() {
    VaeConfig config =
        VaeConfig.fromJson(
            "{\"_class_name\": \"AutoencoderKL\", \"layers_per_block\": 2, " + WIDTHS + "}");
    assertThat(config)
        .isEqualTo(new VaeConfig(4, 3, List.of(128, 256, 512, 512), 2, 32, 0.18215, 0, true, true));
    assertThat(config.upscaling()).isEqualTo(8);
  }

  @Test
  void readsShiftAndLeftOutParts() {
    VaeConfig config =
        VaeConfig.fromJson(
            "{\"latent_channels\": 16, \"scaling_factor\": 0.3611, \"shift_factor\": 0.1159,"
                + "\"use_post_quant_conv\": false, \"mid_block_add_attention\": false, "
                + WIDTHS
                + "}");
    assertThat(config.latentChannels()).isEqualTo(16);
    assertThat(config.shiftFactor()).isEqualTo(0.1159);
    assertThat(config.postQuantConv()).isFalse();
    assertThat(config.middleAttention()).isFalse();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refuses("\"_class_name\": \"AutoencoderDC\"", "_class_name = AutoencoderDC");
    refuses("\"up_block_types\": [\"AttnUpDecoderBlock2D\"]", "AttnUpDecoderBlock2D");
    refuses("\"act_fn\": \"relu\"", "act_fn = relu");
    refuses("\"latents_mean\": [0, 0, 0, 0]", "latents_mean");
    refuses("\"norm_num_groups\": 24", "multiple of norm_num_groups 24");
    refuses("\"scaling_factor\": 0", "scaling_factor is 0.0");
    refuses("\"layers_per_block\": 1.5", "layers_per_block = 1.5, expected a whole number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VaeConfig.fromJson("{}"))
        .withMessageContaining("lacks \"block_out_channels\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VaeConfig.fromJson("[1]"))
        .withMessageContaining("no JSON object");
  }

  private static void refuses(String member, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VaeConfig.fromJson("{" + member + ", " + WIDTHS + "}"))
        .withMessageContaining(message);
  }
}
