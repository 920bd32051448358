package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.RandomPlans;
import io.harmonica.plan.TaylorForecast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routers with forecasts, in memory and as files. */
class ForecastRouterTest {
  private static final String FORMAT = "harmonica-router/1";
  private static final RouterProvenance PROVENANCE =
      new RouterProvenance("tiny", "", "ddim", 1.5, 0.5, 7, "", Map.of("beta", "0.25"));

  /** Branch 0 computes at 0 and 2, branch 1 at 0 and 1. */
  private static final float[][] LOGITS = {{5, 5}, {-1, 1}, {2, -2}, {-3, -3}};

  @TempDir Path folder;

  private Path path;

  @BeforeEach
  void choosePlace() {
    path = folder.resolve("router.safetensors");
  }

  private static Router router() {
    return new Router(LOGITS, PROVENANCE, new TaylorForecast(1));
  }

  private Router again(Router router) throws IOException {
    router.write(path);
    return Router.read(path);
  }

  @Test
  void forecastsAreThoseOfTheRule() {
    CachePlan plan = router().uncheckedPlan();
    assertThat(plan).hasToString("##\n.#\n#~\n~~\n");
    assertThat(plan.forecast(3, 0)).isEqualTo(Forecast.of(1.5f, -0.5f));
    assertThat(plan.forecast(3, 1)).isEqualTo(Forecast.of(3, -2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyWeightComesBack(long seed) throws IOException {
    CachePlan plan = RandomPlans.draw(new Random(seed), 9, 3, 1 + (int) (seed % 2));
    Router read = again(Router.of(plan, PROVENANCE));
    assertThat(read.uncheckedPlan()).isEqualTo(plan);
    assertThat(read.uncheckedPlan().fingerprint()).isEqualTo(plan.fingerprint());
    assertThat(read.provenance()).isEqualTo(PROVENANCE);
  }

  @Test
  void halvesComeBackBesideForecastsThatHaveNone() throws IOException {
    Forecast halves = Forecast.ofHalves(new float[] {2, -1}, new float[] {0.5f, 0});
    Router written =
        new Router(
            LOGITS,
            PROVENANCE,
            (step, branch, history) -> step == 3 && branch == 0 ? halves : Forecast.of(0.75f));
    CachePlan plan = again(written).uncheckedPlan();
    assertThat(plan).isEqualTo(written.uncheckedPlan());
    assertThat(plan.forecast(3, 0)).isEqualTo(halves);
    assertThat(plan.forecast(3, 1).halves()).isEqualTo(1);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.info("forecast_weights").shape()).isEqualTo(new Shape(4, 2, 2, 2));
    }
  }

  @Test
  void weightsAreATensorThatOthersCanRead() throws IOException {
    router().write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).containsExactlyInAnyOrder("logits", "forecast_weights");
      assertThat(file.info("forecast_weights").shape()).isEqualTo(new Shape(4, 2, 1, 2));
      assertThat(file.readFloats("forecast_weights"))
          .containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, -1, 1.5f, -0.5f, 3, -2);
    }
  }

  @Test
  void plainReuseNeedsNoTensorAndNoTensorIsPlainReuse() throws IOException {
    Router plain = new Router(LOGITS, PROVENANCE);
    assertThat(again(plain).uncheckedPlan().repeats()).isTrue();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).containsExactly("logits");
    }
    // Weights of 1 all over say the same.
    float[] ones = new float[8];
    Arrays.fill(ones, 1);
    file(new Shape(4, 2, 1, 1), ones).write(path);
    assertThat(Router.read(path).uncheckedPlan()).isEqualTo(plain.uncheckedPlan());
  }

  @ParameterizedTest
  @ValueSource(strings = {"router.pt", "router.pth", "ROUTER.PT"})
  void publicFilesHaveNoPlaceForForecasts(String name) throws IOException {
    Path file = folder.resolve(name);
    Throwable refusal = catchThrowable(() -> router().write(file));
    assertThat(refusal)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(name, "has forecasts", "public Python code", ".safetensors");
    assertThat(refusal.getMessage().lines()).hasSize(1);
    assertThat(file).doesNotExist();
    new Router(LOGITS, PROVENANCE).write(file);
    assertThat(Router.read(file).uncheckedPlan().repeats()).isTrue();
  }

  private static SafetensorsWriter file(Shape shape, float... weights) {
    return new SafetensorsWriter()
        .metadata("format", FORMAT)
        .metadata("threshold", "0.5")
        .put("logits", new Shape(4, 2), Matrices.flat(LOGITS))
        .put("forecast_weights", shape, weights);
  }

  /** A file whose weights are 1 but for one value of [4, 2, 1, 2]. */
  private static SafetensorsWriter with(int index, float value) {
    float[] weights = new float[16];
    for (int cell = 0; cell < 8; cell++) {
      weights[2 * cell] = 1;
    }
    weights[index] = value;
    return file(new Shape(4, 2, 1, 2), weights);
  }

  /** What is wrong with a file, and what the message says. */
  private record Bad(String message, SafetensorsWriter file) {}

  static List<Bad> malformed() {
    String shape = "expected (4, 2, 1 or 2 halves, 1 to 5 terms)";
    SafetensorsWriter whole =
        new SafetensorsWriter()
            .metadata("format", FORMAT)
            .put("logits", new Shape(4, 2), new float[8])
            .put("forecast_weights", new Shape(4, 2, 1, 1), new long[8]);
    return List.of(
        new Bad(shape, file(new Shape(4, 2), new float[8])),
        new Bad(shape, file(new Shape(16), new float[16])),
        new Bad(shape, file(new Shape(), new float[1])),
        new Bad(shape, file(new Shape(2, 4, 1, 1), new float[8])),
        new Bad(shape, file(new Shape(5, 2, 1, 1), new float[10])),
        new Bad(shape, file(new Shape(4, 3, 1, 1), new float[12])),
        new Bad(shape, file(new Shape(4, 2, 3, 1), new float[24])),
        new Bad(shape, file(new Shape(4, 2, 1, 6), new float[48])),
        new Bad(shape, file(new Shape(4, 2, 1, 0))),
        new Bad(shape, file(new Shape(4, 2, 0, 1))),
        new Bad(shape, file(new Shape(4, 2, 1, 1, 1), new float[8])),
        new Bad("step 3, branch 1 is NaN", with(14, Float.NaN)),
        new Bad("step 1, branch 0 is -Infinity", with(4, Float.NEGATIVE_INFINITY)),
        // Even where a cell is computed and nobody would read it.
        new Bad("step 0, branch 1 is Infinity", with(2, Float.POSITIVE_INFINITY)),
        new Bad("step 1, branch 0 takes 2 outputs, but the branch has been computed 1", with(5, 1)),
        new Bad("forecast_weights", whole));
  }

  @ParameterizedTest
  @MethodSource
  void malformed(Bad bad) throws IOException {
    with(15, -1).write(path);
    assertThat(Router.read(path).uncheckedPlan().forecast(3, 1)).isEqualTo(Forecast.of(1, -1));
    bad.file().write(path);
    Throwable refusal = catchThrowable(() -> Router.read(path));
    assertThat(refusal)
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(bad.message());
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }

  @Test
  void thresholdThatGivesAnotherPlanIsRefused() throws IOException {
    Router read = again(router());
    assertThatThrownBy(() -> read.withThreshold(0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.9 gives another plan than 0.5")
        .hasMessageContaining("forecasts");
    Router same = read.withThreshold(0.4);
    assertThat(same.threshold()).isEqualTo(0.4);
    assertThat(same.uncheckedPlan()).isEqualTo(read.uncheckedPlan());
    // Without forecasts any threshold will do.
    assertThat(new Router(LOGITS, PROVENANCE).withThreshold(0.9).uncheckedPlan())
        .hasToString("##\n..\n..\n..\n");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.999, 1})
  void thresholdThatCannotTellAPlansCellsApartIsRefused(double threshold) {
    CachePlan plan = router().uncheckedPlan();
    RouterProvenance provenance = PROVENANCE.withThreshold(threshold);
    assertThatThrownBy(() -> Router.of(plan, provenance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threshold " + threshold);
  }

  /** A sound file. */
  private static byte[] sound() {
    try {
      Path file = Files.createTempFile("router", ".safetensors");
      try {
        CachePlan plan = RandomPlans.draw(new Random(4), 6, 3, 2);
        Router.of(plan, PROVENANCE).write(file);
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final byte[] SOUND = sound();

  /** Reads a mutated file; what opens gives a plan, and what does not is refused as malformed. */
  private static void check(Consumer<byte[]> mutation) throws IOException {
    byte[] mutated = SOUND.clone();
    mutation.accept(mutated);
    Path name = Path.of("mutated.safetensors");
    try (SafetensorsFile file = SafetensorsFile.of(name.toString(), ByteBuffer.wrap(mutated))) {
      CachePlan plan = RouterFile.read(name, file).uncheckedPlan();
      assertThat(plan.fingerprint()).isNotEmpty();
      assertThat(plan.mostTerms()).isLessThanOrEqualTo(Forecast.MOST_TERMS);
    } catch (MalformedCheckpointException e) {
      assertThat(e).hasMessageStartingWith("mutated.safetensors: ");
      assertThat(e.getMessage().lines()).hasSize(1);
    }
  }

  @Property(tries = 2000)
  void mutatedFilesOpenOrAreRefused(
      @ForAll @IntRange(min = 1, max = 4) int places, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    int header = (int) ByteBuffer.wrap(SOUND).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    check(
        content -> {
          for (int i = 0; i < places; i++) {
            // The header is where a file can lie; digits and signs are the likeliest lies.
            boolean number = random.nextBoolean();
            int place = random.nextInt(number ? 8 + header : content.length);
            content[place] =
                number
                    ? (byte) "0123456789,[]-\"".charAt(random.nextInt(15))
                    : (byte) random.nextInt(256);
          }
        });
  }
}
