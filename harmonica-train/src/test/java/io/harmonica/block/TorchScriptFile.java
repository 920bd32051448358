package io.harmonica.block;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript file as {@code torch.jit.save} does: source, and an instance of its class
 * with parameters, left in training mode as after a training.
 */
final class TorchScriptFile {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

  private TorchScriptFile() {}

  /** Attention with dropout; the context is added before it. Two heads, no biases. */
  static Path attention(Path folder, int width, long seed) throws IOException {
    String source =
        """
        class Attention(Module):
          __parameters__ = ["inner", "outer", ]
          __buffers__ = []
          inner : Tensor
          outer : Tensor
          training : bool
          def forward(self: __torch__.Attention, x: Tensor, c: Tensor) -> Tensor:
            n, length, width = x.size(0), x.size(1), x.size(2)
            h = torch.layer_norm(x, [width], None, None, 1e-6) + c.unsqueeze(1)
            heads = torch.linear(h, self.inner, None).view([n, length, 3, 2, width // 2]).permute([2, 0, 3, 1, 4])
            mixed = torch.scaled_dot_product_attention(heads[0], heads[1], heads[2])
            out = torch.linear(mixed.transpose(1, 2).reshape([n, length, width]), self.outer, None)
            return torch.dropout(out, 0.5, self.training)
        """;
    Map<String, int[]> shapes =
        new TreeMap<>(
            Map.of("inner", new int[] {3 * width, width}, "outer", new int[] {width, width}));
    return new TorchScriptFile()
        .write(folder.resolve("attention" + seed + ".pt"), source, shapes, seed);
  }

  private Path write(Path file, String source, Map<String, int[]> shapes, long seed)
      throws IOException {
    Random random = new Random(seed);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      bytes(0x80, 2).text("c__torch__\nAttention\n").text(")").bytes(0x81).text("}(");
      string("training").bytes(0x88);
      int number = 0;
      for (Map.Entry<String, int[]> parameter : shapes.entrySet()) {
        int rows = parameter.getValue()[0];
        int columns = parameter.getValue()[1];
        string(parameter.getKey()).tensor(number, rows, columns);
        ByteBuffer values =
            ByteBuffer.allocate(rows * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
          values.putFloat((float) (random.nextGaussian() / Math.sqrt(columns)));
        }
        add(zip, "data/" + number++, values.array());
      }
      text("ub.");
      add(zip, "data.pkl", pickle.toByteArray());
      add(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      add(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }

  /** A call of _rebuild_tensor_v2 on storage, offset, size, stride, requires_grad and hooks. */
  private void tensor(int number, int rows, int columns) {
    text("ctorch._utils\n_rebuild_tensor_v2\n((");
    string("storage").text("ctorch\nFloatStorage\n").string("" + number).string("cpu");
    integer(rows * columns).text("tQ");
    integer(0).text("(").integer(rows).integer(columns).text("t(").integer(columns).integer(1);
    text("t").bytes(0x88).text("ccollections\nOrderedDict\n)RtR");
  }

  private TorchScriptFile text(String text) {
    pickle.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private TorchScriptFile bytes(int... bytes) {
    for (int value : bytes) {
      pickle.write(value);
    }
    return this;
  }

  private TorchScriptFile string(String text) {
    return bytes('X', text.length(), 0, 0, 0).text(text);
  }

  private TorchScriptFile integer(int value) {
    return bytes('J', value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24 & 255);
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("attention/" + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setSize(content.length);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
