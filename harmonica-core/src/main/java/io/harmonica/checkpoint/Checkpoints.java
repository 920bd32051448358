package io.harmonica.checkpoint;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.ShardedSafetensors;
import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens checkpoints of every format this library reads. */
public final class Checkpoints {

  private static final String INDEX = ".index.json";

  /** What a folder may hold, in the order of preference. */
  private static final List<List<String>> ENDINGS =
      List.of(
          List.of(".safetensors.index.json"),
          List.of(".safetensors"),
          List.of(".pt", ".pth", ".bin", ".ckpt"));

  private static final int LOOK_BYTES = 64;

  private Checkpoints() {}

  /**
   * Opens a checkpoint: a safetensors file, the index of several, a PyTorch file, or a folder that
   * holds one of these. The content decides, and for an index the name.
   *
   * @param path the file or folder
   * @return the open checkpoint, which the caller closes
   * @throws MalformedCheckpointException if it is none of these or not a sound one, or if the
   *     folder holds none or several
   * @throws IOException if it does not exist or cannot be read
   */
  public static TensorSource open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file or folder");
    }
    Path file = Files.isDirectory(path) ? only(path) : path;
    if (file.toString().endsWith(INDEX)) {
      return ShardedSafetensors.open(file);
    }
    byte[] start = start(file);
    // First, since a header's length may look like the start of an archive or a pickle.
    if (SafetensorsFile.recognises(start)) {
      return SafetensorsFile.open(file);
    }
    if (startsWith(start, "PK") || (start.length > 0 && start[0] == (byte) 0x80)) {
      return TorchFile.open(file);
    }
    throw unknown(file, start);
  }

  private static Path only(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    }
    for (List<String> endings : ENDINGS) {
      List<Path> matches = new ArrayList<>(files);
      matches.removeIf(file -> endings.stream().noneMatch(file.toString()::endsWith));
      if (matches.size() == 1) {
        return matches.get(0);
      }
      if (!matches.isEmpty()) {
        throw new MalformedCheckpointException(
            folder.toString(),
            "the folder holds several checkpoints: "
                + matches.stream()
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.joining(", ")),
            -1,
            "name one of them");
      }
    }
    throw new MalformedCheckpointException(
        folder.toString(),
        "the folder holds no .safetensors, .safetensors.index.json or .pt file",
        -1,
        "name the folder the weights were downloaded to");
  }

  private static byte[] start(Path file) throws IOException {
    try (ByteSource source = ByteSource.open(file)) {
      byte[] start = new byte[(int) Math.min(LOOK_BYTES, source.size())];
      source.read(0, ByteBuffer.wrap(start));
      return start;
    }
  }

  private static boolean startsWith(byte[] start, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return start.length >= wanted.length
        && Arrays.equals(start, 0, wanted.length, wanted, 0, wanted.length);
  }

  private static MalformedCheckpointException unknown(Path file, byte[] start) {
    String problem = "is neither a safetensors nor a PyTorch file";
    String remedy = "give a .safetensors or .pt file";
    if (start.length == 0) {
      problem = "is empty";
      remedy = "download it again";
    } else if (startsWith(start, "version https://git-lfs")) {
      problem = "is only a pointer to a file in Git LFS";
      remedy = "fetch the file itself with git lfs pull";
    } else if (startsWith(start, "<")) {
      problem = "is a web page";
      remedy = "download the file itself";
    }
    return new MalformedCheckpointException(file.toString(), problem, 0, remedy);
  }
}
