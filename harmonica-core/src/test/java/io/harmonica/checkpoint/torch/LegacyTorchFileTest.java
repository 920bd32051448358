package io.harmonica.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A linear layer's state, saved without a zip archive. */
final class LegacyTorchFileTest {

  private static byte[] fixture() throws IOException {
    try (InputStream in = LegacyTorchFileTest.class.getResourceAsStream("/checkpoint/legacy.pt")) {
      return in.readAllBytes();
    }
  }

  private static TorchFile open(String name, byte[] content) throws IOException {
    return TorchFile.of(name, ByteBuffer.wrap(content));
  }

  @Test
  void readsWhatPyTorchWroteBeforeItsArchives() throws IOException {
    try (TorchFile legacy = open("legacy.pt", fixture());
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      assertThat(legacy.names()).containsExactly("weight", "bias");
      assertThat(legacy.info("weight").shape()).isEqualTo(new Shape(1, 2));
      assertThat(legacy.readFloats("weight"))
          .containsExactly(new float[] {0.9899f, 1.9898f}, within(1e-6f));
      assertThat(legacy.read("bias", manager).getFloat(0)).isCloseTo(0.48995f, within(1e-6f));
    }
  }

  @Test
  void whatIsCutShortIsRefused() throws IOException {
    byte[] whole = fixture();
    for (int length = 14; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> open("cut.pt", cut))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("cut.pt");
    }
  }

  @Test
  void noChangedByteDoesMoreThanRaiseAnException() throws IOException {
    for (int mask : new int[] {0x01, 0x11, 0x80, 0xff}) {
      byte[] whole = fixture();
      for (int at = 0; at < whole.length; at++) {
        whole[at] ^= (byte) mask;
        try (TorchFile file = open("changed.pt", whole)) {
          for (String name : file.names()) {
            if (file.info(name).type().isFloating()) {
              file.readFloats(name);
            }
          }
        } catch (MalformedCheckpointException e) {
          assertThat(e).hasMessageContaining("changed.pt");
        }
        whole[at] ^= (byte) mask;
      }
    }
  }
}
