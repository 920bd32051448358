package io.harmonica.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Sound files with a few random bytes changed open soundly or are refused as malformed. */
class MutatedCheckpointsTest {

  private static final byte[] SAFETENSORS = Safetensors.small();

  @Property(tries = 3000)
  void mutatedBytesNeverDoWorseThanBeRefused(
      @ForAll("mutations") List<Tuple2<Integer, Byte>> mutations) throws IOException {
    byte[] mutated = SAFETENSORS.clone();
    mutations.forEach(m -> mutated[m.get1()] = m.get2());
    try (SafetensorsFile file = SafetensorsFile.of("mutated", ByteBuffer.wrap(mutated))) {
      for (String name : file.names()) {
        file.copy(name, OutputStream.nullOutputStream());
      }
    } catch (MalformedCheckpointException e) {
      assertThat(e).hasMessageStartingWith("mutated: ");
    }
  }

  @Provide
  Arbitrary<List<Tuple2<Integer, Byte>>> mutations() {
    Arbitrary<Integer> places = Arbitraries.integers().between(0, SAFETENSORS.length - 1);
    Arbitrary<Byte> bytes =
        Arbitraries.oneOf(
            Arbitraries.bytes(),
            Arbitraries.of('{', '}', '[', ']', '"', ',', ':', '0', '9', '-', ' ', '\\')
                .map(c -> (byte) c.charValue()));
    return Arbitraries.integers()
        .between(1, 5)
        .flatMap(count -> Combinators.combine(places, bytes).as(Tuple::of).list().ofSize(count));
  }
}
