package io.harmonica.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever the bytes are, a file opens soundly or is refused with a MalformedCheckpointException.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileSafetensorsTest {

  private static final byte[] SOUND = Safetensors.small();

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < SOUND.length; length++) {
      byte[] cut = Arrays.copyOf(SOUND, length);
      assertThatThrownBy(() -> SafetensorsFile.of("cut", ByteBuffer.wrap(cut)))
          .as("cut to %d bytes", length)
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageStartingWith("cut: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|not a JSON object",
        "{}x|not valid JSON",
        "{}{}|not valid JSON",
        "{} \\u0000|not valid JSON",
        "{'a':1}|not valid JSON",
        "{\"a\":1}|the description is NUMBER",
        "{\"__metadata__\":1}|__metadata__ is NUMBER",
        "{\"__metadata__\":{\"a\":1}}|each value of __metadata__ is NUMBER",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}|a second __metadata__ key a",
        "{\"__metadata__\":{},\"__metadata__\":{}}|a second __metadata__",
        "{\"a\":{}}|are missing",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}|are missing",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}|a second field dtype",
        "{\"a\":{\"dtype\":\"F99\"}}|the dtype F99 is not supported",
        "{\"a\":{\"dtype\":5}}|dtype is NUMBER",
        "{\"a\":{\"shape\":[-1]}}|the number -1 in shape",
        "{\"a\":{\"shape\":[1.0]}}|the number 1.0 in shape",
        "{\"a\":{\"shape\":[1e3]}}|the number 1e3 in shape",
        "{\"a\":{\"shape\":[\"1\"]}}|each element of shape is STRING",
        "{\"a\":{\"shape\":[9223372036854775808]}}|the number 9223372036854775808",
        "{\"a\":{\"data_offsets\":[0,1,2]}}|more than 2 numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}|are missing",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}|from 4 to 0 for 4 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,5]}}|from 0 to 5 for 4 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}|too"
            + " large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]}}|too"
            + " large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}|of only 8 in the file",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|4 bytes belong to no"
            + " tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|leaves a gap",
      })
  void faultyHeadersAreNamed(String header, String fault) {
    assertThatThrownBy(() -> SafetensorsFile.of("bad", Safetensors.buffer(header, 8)))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageStartingWith("bad: ")
        .hasMessageContaining(fault)
        .hasMessageContaining("; ");
  }

  @Test
  void overlapsAndDuplicatesAreRefusedWithTheirPlace() {
    String tensor = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    String overlap = "{\"a\":" + tensor + ",\"b\":" + tensor + "}";
    assertThatThrownBy(() -> SafetensorsFile.of("bad", Safetensors.buffer(overlap, 4)))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("overlaps the tensor before, declared at byte 65 (tensor b)");
    String twice = "{\"a\":" + tensor + ",\"a\":" + tensor + "}";
    MalformedCheckpointException refused =
        (MalformedCheckpointException)
            catchThrowable(() -> SafetensorsFile.of("bad", Safetensors.buffer(twice, 4)));
    assertThat(refused).hasMessageContaining("a second tensor of this name");
    assertThat(refused.file()).isEqualTo("bad");
    assertThat(refused.offset()).isEqualTo(65);
    assertThat(refused.remedy()).contains("download");
  }

  @Test
  void hugeLengthsDeepNestingAndBadUtf8AreRefusedCheaply() {
    for (long length : new long[] {0, 1, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      ByteBuffer content = Safetensors.buffer("{}", 100);
      content.putLong(0, length);
      assertThatThrownBy(() -> SafetensorsFile.of("bad", content))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("announces a header of " + Long.toUnsignedString(length));
    }
    String deep = "{\"a\":{\"x\":" + "[".repeat(2_000_000) + "]".repeat(2_000_000) + "}}";
    assertThatThrownBy(() -> SafetensorsFile.of("bad", Safetensors.buffer(deep, 0)))
        .isInstanceOf(MalformedCheckpointException.class);
    byte[] latin = "{\"\u00e9\":1}".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> SafetensorsFile.of("bad", Safetensors.buffer(latin, 0)))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("not valid JSON at byte 10");
    String longName = "{\"" + "n".repeat(1_000_000) + "\n\":{}}";
    assertThat(catchThrowable(() -> SafetensorsFile.of("bad", Safetensors.buffer(longName, 0))))
        .isInstanceOf(MalformedCheckpointException.class)
        .message()
        .hasSizeLessThan(500)
        .doesNotContain("\n");
  }

  @Test
  void unknownFieldsAreSkippedAndSpacesMayFollow() throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"new\":{\"x\":[1,{}]},\"shape\":[1],\"data_offsets\":[0,4]}}  ";
    try (SafetensorsFile file = SafetensorsFile.of("ok", Safetensors.buffer(header, 4))) {
      assertThat(file.readFloats("a")).containsExactly(0);
    }
  }
}
