package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations from nothing but shapes. */
final class DitInferenceTest {

  @ParameterizedTest
  @ValueSource(strings = {"DiT-S/8", "DiT-B/4", "DiT-L/2", "DiT-XL/2"})
  void recognisesThePublicSizes(String name) throws IOException {
    for (int size : new int[] {32, 64}) {
      DitConfig config = DitConfig.named(name, size);
      assertThat(DitInference.config(shapes(DitShapes.of(config)))).isEqualTo(config);
    }
  }

  @Test
  void recognisesPlainOutputs() throws IOException {
    DitConfig config = new DitConfig(28, 4, 1, 384, 2, 6, 2, 10, 0.1, false);
    assertThat(DitInference.config(shapes(DitShapes.of(config)))).isEqualTo(config);
  }

  @Test
  void asksForTheConfigurationOtherwise() {
    Map<String, Shape> shapes = DitShapes.of(DitConfig.named("DiT-S/8", 32));
    shapes.remove("pos_embed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DitInference.config(shapes(shapes)))
        .withMessage(
            "some.pt comes without a configuration, and it has no tensor pos_embed; give the"
                + " model's configuration, a config.json");
  }

  /** A checkpoint of which only the header can be read. */
  private static TensorSource shapes(Map<String, Shape> shapes) {
    return (TensorSource)
        Proxy.newProxyInstance(
            DitInferenceTest.class.getClassLoader(),
            new Class<?>[] {TensorSource.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "path" -> Path.of("some.pt");
                  case "names" -> shapes.keySet();
                  case "contains" -> shapes.containsKey((String) arguments[0]);
                  case "info" -> {
                    String name = (String) arguments[0];
                    yield new TensorInfo(name, TensorType.F32, shapes.get(name));
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
