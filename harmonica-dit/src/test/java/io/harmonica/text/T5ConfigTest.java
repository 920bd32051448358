package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading a text encoder's configuration, and its classes of distances. */
final class T5ConfigTest {
  private static final T5Config TINY = new T5Config(200, 32, 8, 4, 2, 64, 32, 128, 1e-6);

  private static String tiny() throws IOException {
    return Files.readString(Goldens.folder("pixart-tiny/text_encoder").resolve("config.json"));
  }

  @Test
  void readsWhatTransformersWrites() throws IOException {
    assertThat(T5Config.fromJson(tiny())).isEqualTo(TINY);
    String older = tiny().replaceAll("(?m)^.*(relative|epsilon|dense_act|is_gated).*$", "");
    assertThat(T5Config.fromJson(older)).isEqualTo(TINY);
    assertThat(T5Config.fromJson(T5Config.xxl().toJson())).isEqualTo(T5Config.xxl());
  }

  @Test
  void xxlHasItsParameters() {
    long parameters = T5Shapes.of(T5Config.xxl()).values().stream().mapToLong(Shape::size).sum();
    assertThat(parameters).isEqualTo(4_762_310_656L);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '$',
      value = {
        "\"T5EncoderModel\", \"CLIPTextModel\", architectures = CLIPTextModel",
        "\"model_type\": \"t5\", \"model_type\": \"umt5\", model_type = umt5",
        "\"gated-gelu\", \"relu\", feed_forward_proj = relu",
        "\"gelu_new\", \"silu\", dense_act_fn = silu",
        "\"d_model\": 32, \"d_model\": 0, d_model is 0",
        "\"d_model\": 32, \"d_model\": 1.5, d_model = 1.5",
        "\"d_ff\": 64, \"other\": 64, $lacks \"d_ff\"$",
        "\"num_layers\": 2, \"num_layers\": -1, num_layers is -1",
        "\"vocab_size\": 200, \"vocab_size\": 2000000000, vocab_size is 2000000000",
        "num_buckets\": 32, num_buckets\": 30, num_buckets is 30",
        "max_distance\": 128, max_distance\": 8, max_distance is 8",
        "epsilon\": 1e-06, epsilon\": 0, epsilon is 0.0",
      })
  void namesWhatItRefuses(String from, String to, String message) throws IOException {
    String json = tiny().replace(from, to);
    assertThat(json).isNotEqualTo(tiny());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> T5Config.fromJson(json))
        .withMessageContaining(message);
  }

  @Test
  void nearDistancesHaveTheirOwnClass() {
    assertThat(IntStream.rangeClosed(-8, 8).map(i -> RelativePositions.bucket(TINY, i)))
        .containsExactly(8, 7, 6, 5, 4, 3, 2, 1, 0, 17, 18, 19, 20, 21, 22, 23, 24);
    assertThat(RelativePositions.bucket(TINY, -16)).isEqualTo(10);
    assertThat(RelativePositions.bucket(TINY, -32)).isEqualTo(12);
    assertThat(RelativePositions.bucket(TINY, -1000)).isEqualTo(15);
    assertThat(RelativePositions.bucket(TINY, 1000)).isEqualTo(31);
  }

  /** The borders between classes are where a rounding error would show. */
  @ParameterizedTest
  @CsvSource({"32,128", "32,20", "64,128", "16,1000"})
  void classesAreThoseOfTheEnginesArithmetic(int buckets, int maxDistance) {
    T5Config config = new T5Config(9, 8, 4, 2, 1, 8, buckets, maxDistance, 1e-6);
    int half = buckets / 2;
    int exact = half / 2;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray steps = manager.arange(exact, 2000f, 1f, DataType.FLOAT32);
      NDArray place = steps.div((float) exact).log();
      NDArray classes =
          place
              .div((float) Math.log((double) maxDistance / exact))
              .mul((float) (half - exact))
              .toType(DataType.INT64, false)
              .add((long) exact)
              .minimum((long) half - 1);
      long[] expected = classes.toLongArray();
      for (int i = 0; i < expected.length; i++) {
        assertThat(RelativePositions.bucket(config, -(exact + i))).isEqualTo((int) expected[i]);
        assertThat(RelativePositions.bucket(config, exact + i)).isEqualTo(half + (int) expected[i]);
      }
    }
  }
}
