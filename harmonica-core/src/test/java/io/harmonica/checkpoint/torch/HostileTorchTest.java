package io.harmonica.checkpoint.torch;

import static io.harmonica.checkpoint.torch.TorchArchives.bytes;
import static io.harmonica.checkpoint.torch.TorchArchives.deflated;
import static io.harmonica.checkpoint.torch.TorchArchives.stored;
import static io.harmonica.checkpoint.torch.TorchArchives.tensorPickle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever the bytes are, a file opens soundly or is refused with a MalformedCheckpointException.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileTorchTest {

  private static final byte[] SOUND = TorchArchives.small();

  private static void assertRefused(ByteBuffer file, String fault) {
    assertThatThrownBy(() -> TorchFile.of("bad", file).close())
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageStartingWith("bad: ")
        .hasMessageContaining(fault)
        .message()
        .hasSizeLessThan(600);
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < SOUND.length; length++) {
      assertRefused(ByteBuffer.wrap(Arrays.copyOf(SOUND, length)), "");
    }
  }

  @Test
  void everyTruncationOfThePickleIsRefused() throws IOException {
    byte[] pickle;
    try (ByteSource source = ByteSource.of(ByteBuffer.wrap(SOUND))) {
      ZipArchive zip = ZipArchive.read("x", source);
      ZipArchive.Entry entry = zip.entries().get("archive/data.pkl");
      pickle = new byte[(int) entry.bytes()];
      source.read(zip.dataStart(entry), ByteBuffer.wrap(pickle));
    }
    for (int length = 0; length < pickle.length; length++) {
      byte[] cut = Arrays.copyOf(pickle, length);
      assertRefused(stored(cut, new byte[8], new byte[8]), "reaches beyond its end");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "i|the unknown instruction 0x69 at byte 64",
        "NI01|the unknown instruction 0x49 at byte 65",
        "\u0082\u0001.|the unknown instruction 0x82",
        "\u0080\u0009.|the unknown protocol 9",
        ".|too few values",
        "R.|too few values",
        "NR.|too few values",
        "N(\u0085.|too few values",
        "t.|without its mark",
        "h\u0007.|never kept",
        "j\u00ff\u00ff\u00ff\u00ff.|never kept",
        "q\u0000.|too few values",
        "X\u00ff\u00ff\u00ff\u00ff.|reaches beyond its end",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.|reaches beyond its end",
        "\u008b\u0000\u0010\u0000\u0000.|an integer of 4096 bytes",
        "}(Nu.|a key without its value",
        "](NNu.|an entry for what is not a dictionary",
        ")Na.|elements for what is not a list",
        "}(Ne.|elements for what is not a list",
        "](N\u0090.|elements for what is not a set",
        "N}b.|a state for what has none",
        "]NQ.|a persistent id",
        "K\u0001Q.|a persistent id",
        "(U\u0001aU\u0001aU\u0001aU\u0001aU\u0001atQ.|not a storage",
        "NK\u0001R.|a tuple of arguments that is not a list",
        "K\u0001K\u0002\u0093.|a class whose name is not text",
      })
  void faultyPicklesAreNamed(String pickle, String fault) {
    assertRefused(stored(bytes(pickle)), fault);
  }

  @Test
  void faultyCallsAreNamed() {
    assertRefused(stored(bytes("ca\nb")), "reaches beyond its end");
    assertRefused(stored(bytes("ctorch._utils\n_rebuild_tensor_v2\n)R.")), "too few arguments");
    assertRefused(stored(bytes("ccollections\nOrderedDict\n]]a\u0085R.")), "that is not a pair");
  }

  @Test
  void nothingIsEverCalled() throws IOException {
    byte[] pickle = bytes("\u0080\u0002cos\nsystem\nU\u0010touch /tmp/pwned\u0085R.");
    try (TorchFile file = TorchFile.of("evil", stored(pickle))) {
      assertThat(file.names()).isEmpty();
      assertThat(file.root()).hasToString("InertObject[os.system]");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, 5, 1, beyond its storage",
    "4, 1, 4, 1, beyond its storage",
    "4, 2147483647, 1, 1, beyond its storage",
    "4, 0, 2, 2147483647, beyond its storage",
    "5, 0, 1, 1, has data of only 16 bytes",
    "-1, 0, 1, 1, beyond its storage",
    "4, -1, 1, 1, an impossible shape",
    "4, 0, -1, 1, not a size",
    "4, 0, 1, -1, not a size"
  })
  void tensorsStayInTheirStorage(int elements, int offset, int size, int stride, String fault) {
    String shape = TorchArchives.integer(size) + "\u0085";
    String strides = TorchArchives.integer(stride) + "\u0085";
    assertRefused(stored(tensorPickle(elements, offset, shape, strides), new byte[16]), fault);
  }

  @Test
  void missingStoragesAndPathTricksFindNothing() {
    assertRefused(stored(tensorPickle(1, 0, ")", ")")), "lacks the data 0 (tensor tensor)");
    String trick = "../../etc/passwd";
    String pickle =
        new String(tensorPickle(1, 0, ")", ")"), StandardCharsets.ISO_8859_1)
            .replace("U\u00010", "U" + (char) trick.length() + trick);
    assertRefused(stored(bytes(pickle), new byte[4]), "lacks the data ../../etc/passwd");
  }

  @Test
  void hugeTensorsWithoutDataAreDescribedButNotMade() throws IOException {
    String large = TorchArchives.integer(Integer.MAX_VALUE);
    String shape = large + large + "\u0086";
    String strides = "K\u0000K\u0000\u0086";
    assertRefused(
        stored(tensorPickle(1, 0, large + shape + "\u0086", "K\u0000" + strides), new byte[4]), "");
    try (TorchFile file =
        TorchFile.of(
            "wide", stored(tensorPickle(1, 0, large + "\u0085", "K\u0000\u0085"), new byte[4]))) {
      assertThatThrownBy(() -> file.readFloats("tensor"))
          .isInstanceOf(MalformedCheckpointException.class);
      assertThatThrownBy(() -> file.copy("tensor", OutputStream.nullOutputStream()))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("too large");
    }
    assertRefused(stored(tensorPickle(1, 0, shape, strides), new byte[4]), "beyond its storage");
  }

  @Test
  void deepNestingEndlessAndExplodingStructuresAreHarmless() throws IOException {
    assertRefused(stored(bytes("]".repeat(1_000_000) + "a".repeat(999_999) + ".")), "deep");
    try (TorchFile file = TorchFile.of("loop", stored(bytes("]q\u0000h\u0000a.")))) {
      assertThat(file.names()).isEmpty();
    }
    String twice = "q\u0000h\u0000\u0086";
    try (TorchFile file =
        TorchFile.of("key", stored(bytes("}K\u0001" + twice.repeat(60) + "Ns.")))) {
      assertThat((Map<?, ?>) file.root()).hasSize(1);
    }
    assertRefused(stored(bytes("K\u0001" + twice.repeat(60) + ".")), "more than 2000000 values");
    assertRefused(stored(bytes("]".repeat(3_000_000) + ".")), "more than 2000000 values");
    assertRefused(stored(bytes("N" + "2".repeat(3_000_000) + ".")), "too many values");
    assertRefused(
        stored(bytes("]q\u0000" + "r\u0001\u0000\u0000\u0000".repeat(2_000_000) + ".")), "values");
    String key = "X\u0000 \u0000\u0000" + "k".repeat(1 << 13);
    assertRefused(stored(bytes("}" + key + "]K\u0001as.")), "a name of more than 4096");
  }

  /** Few bytes may ask for the same work again and again. */
  @Test
  void workIsCountedAsOftenAsItIsAskedFor() {
    String dict = "ccollections\nOrderedDict\nq\u0000";
    String pairs = "](NN\u0086q\u0001" + "h\u0001".repeat(100_000) + "e\u0085q\u0002";
    assertRefused(
        stored(bytes(dict + pairs + "h\u0000h\u0002R0".repeat(1_000) + ".")),
        "more than 2000000 values");
    String list = "](" + "N".repeat(100_000) + "eq\u0000";
    assertRefused(
        stored(bytes(list + "](" + "h\u0000".repeat(1_000) + "e.")), "more than 2000000 values");
    String map = "}(" + "NN".repeat(2) + "uq\u0000";
    assertRefused(
        stored(bytes(map + "](" + "h\u0000".repeat(1_000_001) + "e.")), "more than 2000000 values");
    String shape = "N".repeat(100) + "t";
    assertRefused(
        stored(tensorPickle(1, 0, "(" + shape, "(" + shape), new byte[4]), "an impossible shape");
  }

  @Test
  void longNamesAreRefused() {
    String text = "X\u0000\u0010\u0000\u0000" + "k".repeat(1 << 12);
    assertRefused(stored(bytes(text + text + "\u0093.")), "a name of more than 4096");
    assertRefused(stored(bytes("c" + "k".repeat(5_000) + "\nn\n.")), "a name of more than 4096");
    String storage = "(U\u0007storagectorch\nFloatStorage\n%sU\u0003cpuK\u0001tQ.";
    String key = "X\u0001\u0010\u0000\u0000" + "k".repeat(1 + (1 << 12));
    assertRefused(stored(bytes(storage.formatted(key))), "a name of more than 4096");
    assertRefused(stored(bytes("(" + key + "\u0091.")), "a name of more than 4096");
    // Below one long name, each of many short ones makes a long one.
    String long4000 = "X\u00a0\u000f\u0000\u0000" + "k".repeat(4_000);
    String numbers = "](" + "K\u0001".repeat(10_000) + "e";
    assertRefused(stored(bytes("}" + long4000 + numbers + "s.")), "names of more than 33554432");
  }

  @Test
  void bombsAreRefusedBeforeTheyUnfold() {
    byte[] zeros = new byte[64 << 20];
    assertRefused(ByteBuffer.wrap(deflated(zeros)), "of more than 33554432 bytes");
    assertRefused(ByteBuffer.wrap(deflated(new byte[16 << 20])), "compressed beyond belief");
    byte[] pickle =
        tensorPickle(16 << 20, 0, TorchArchives.integer(16 << 20) + "\u0085", "K\u0001\u0085");
    ByteBuffer bomb = ByteBuffer.wrap(deflated(pickle, zeros));
    assertThatThrownBy(
            () -> {
              try (TorchFile file = TorchFile.of("bad", bomb)) {
                file.readFloats("tensor");
              }
            })
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("compressed beyond belief");
  }

  @Test
  void declaredSizesAreNotBelieved() throws IOException {
    byte[] packed = deflated(bytes("]".repeat(50) + "."));
    ByteBuffer table = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    int entry = table.getInt(packed.length - 6);
    for (int size : new int[] {0, 1, 50, 52, 1000}) {
      table.putInt(entry + 24, size);
      assertRefused(ByteBuffer.wrap(packed.clone()), "of another size than declared");
    }
    table.putInt(entry + 24, 51);
    int start = 30 + "x/data.pkl".length();
    table.put(start, (byte) 0xff);
    assertRefused(ByteBuffer.wrap(packed.clone()), "is damaged");
    table.putInt(entry + 20, Integer.MAX_VALUE);
    assertRefused(ByteBuffer.wrap(packed.clone()), "has no data");
  }

  @Test
  void faultyTablesOfContentsAreNamed() {
    byte[] sound = stored(bytes("N."), new byte[1], new byte[1]).array();
    String text = new String(sound, StandardCharsets.ISO_8859_1);
    assertRefused(
        ByteBuffer.wrap(bytes(text.replace("x/data/1", "x/data/0"))), "a second entry x/data/0");
    String first = text.replaceFirst("x/data/1", "y/data/1");
    assertRefused(
        ByteBuffer.wrap(bytes(first.replaceFirst("x/data.pkl", "y/data.pkl"))), "calls itself");
    int end = sound.length - 22;
    ByteBuffer damaged = littleEndian(sound);
    damaged.putShort(end + 10, (short) 7);
    assertRefused(damaged, "3 entries where 7 are announced");
    damaged.putInt(end + 12, Integer.MAX_VALUE);
    assertRefused(damaged, "is misplaced");
    damaged.putInt(end + 12, 0).putShort(end + 10, (short) 0);
    assertRefused(damaged, "holds no checkpoint");
    int table = littleEndian(sound).getInt(end + 16);
    ByteBuffer overlap = littleEndian(sound);
    int second = table + 46 + "x/data.pkl".length() + overlap.getShort(table + 30);
    overlap.putInt(second + 42, 0);
    assertRefused(overlap, "overlaps another one");
    ByteBuffer sealed = littleEndian(sound);
    sealed.putShort(table + 8, (short) 1);
    assertRefused(sealed, "encrypted");
    assertThat(catchThrowable(() -> TorchFile.of("ok", ByteBuffer.wrap(sound)).close())).isNull();
  }

  private static ByteBuffer littleEndian(byte[] content) {
    return ByteBuffer.wrap(content.clone()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
