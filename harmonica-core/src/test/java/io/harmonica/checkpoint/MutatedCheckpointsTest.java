package io.harmonica.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.Safetensors;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchArchives;
import io.harmonica.checkpoint.torch.TorchFile;
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

/** Sound files with a few random bytes changed open soundly or are refused as malformed. */
class MutatedCheckpointsTest {

  private static final byte[] SAFETENSORS = Safetensors.small();
  private static final byte[] TORCH = TorchArchives.small();

  record Mutation(double place, byte value) {

    void apply(byte[] content) {
      content[(int) (place * content.length)] = value;
    }
  }

  @FunctionalInterface
  private interface Opener {
    TensorSource open(String name, ByteBuffer content) throws IOException;
  }

  @Property(tries = 2000)
  void safetensors(@ForAll("mutations") List<Mutation> mutations) throws IOException {
    check(SAFETENSORS, mutations, SafetensorsFile::of);
  }

  @Property(tries = 3000)
  void torchFiles(@ForAll("mutations") List<Mutation> mutations) throws IOException {
    check(TORCH, mutations, TorchFile::of);
  }

  private static void check(byte[] sound, List<Mutation> mutations, Opener opener)
      throws IOException {
    byte[] mutated = sound.clone();
    mutations.forEach(mutation -> mutation.apply(mutated));
    try (TensorSource file = opener.open("mutated", ByteBuffer.wrap(mutated))) {
      for (String name : file.names()) {
        file.copy(name, OutputStream.nullOutputStream());
      }
    } catch (MalformedCheckpointException e) {
      assertThat(e).hasMessageStartingWith("mutated: ");
    }
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    Arbitrary<Double> places = Arbitraries.doubles().between(0, true, 1, false);
    Arbitrary<Byte> values =
        Arbitraries.oneOf(
            Arbitraries.bytes(),
            Arbitraries.of("{}[]\",:09- \\(.tQRsuhqKX}\u0085\u0086".chars().boxed().toList())
                .map(Integer::byteValue));
    return Combinators.combine(places, values).as(Mutation::new).list().ofMinSize(1).ofMaxSize(5);
  }
}
