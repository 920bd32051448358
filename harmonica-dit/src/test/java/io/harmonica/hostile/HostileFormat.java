package io.harmonica.hostile;

import io.harmonica.checkpoint.numpy.NpyHeader;
import io.harmonica.checkpoint.numpy.NpyMatrix;
import io.harmonica.checkpoint.numpy.NpyStream;
import io.harmonica.checkpoint.numpy.NpyType;
import io.harmonica.checkpoint.numpy.NpzReader;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.ShardedSafetensors;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchFile;
import io.harmonica.clip.ClipConfig;
import io.harmonica.clip.ClipTokenizer;
import io.harmonica.dit.DiffusersDit;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.dit.DitConfig;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.policy.EcadFile;
import io.harmonica.router.PublicRouterFile;
import io.harmonica.router.Router;
import io.harmonica.text.CaptionTokenizer;
import io.harmonica.text.T5Config;
import io.harmonica.uvit.UvitConfig;
import io.harmonica.vae.VaeConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A format that strangers' files come in, with real files of it and the reader that has to bear
 * whatever they were made into.
 */
enum HostileFormat {
  /** Tensors with a JSON header. */
  SAFETENSORS(List.of("dit-tiny/expected_l2c.safetensors")) {
    @Override
    void read(byte[] content, Path file) throws IOException {
      drain(SafetensorsFile.of("hostile", ByteBuffer.wrap(content)));
    }
  },
  /** The list of a sharded checkpoint's files. */
  SHARDS(List.of()) {
    @Override
    List<byte[]> seeds() {
      return List.of(SoundFiles.SHARDS.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      drain(ShardedSafetensors.open(file));
    }
  },
  /** A zip of a pickle and of tensors. */
  TORCH(List.of("dit-tiny/router.pt", "/checkpoint/views-protocol2.pt")) {
    @Override
    void read(byte[] content, Path file) throws IOException {
      drain(TorchFile.of("hostile", ByteBuffer.wrap(content)));
    }
  },
  /** The form before PyTorch 1.6: pickles and tensors, one behind the other. */
  LEGACY_TORCH(List.of("/checkpoint/legacy.pt")) {
    @Override
    void read(byte[] content, Path file) throws IOException {
      drain(TorchFile.of("hostile", ByteBuffer.wrap(content)));
    }
  },
  /** NumPy's archives, packed and not. */
  NPZ(List.of("/checkpoint/arrays.npz", "/checkpoint/arrays-compressed.npz")) {
    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      try (NpzReader npz = NpzReader.open(file)) {
        for (String name : npz.names()) {
          readArray(npz, name);
        }
      }
    }
  },
  /** A matrix of NumPy. */
  NPY(List.of()) {
    @Override
    List<byte[]> seeds() throws IOException {
      return SoundFiles.matrix();
    }

    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      try (NpyMatrix matrix = NpyMatrix.open(file)) {
        for (int row = 0; row < Math.min(100, matrix.rows()); row++) {
          matrix.read(row, row + 1);
        }
      }
    }
  },
  /** A router in the public code's format. */
  PUBLIC_ROUTER(List.of("dit-tiny/router.pt")) {
    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      PublicRouterFile.read(file);
    }
  },
  /** A router of ours. */
  ROUTER(List.of()) {
    @Override
    List<byte[]> seeds() throws IOException {
      return SoundFiles.routers();
    }

    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      Router.read(file);
    }
  },
  /** A schedule as ECAD publishes it. */
  ECAD(List.of()) {
    @Override
    List<byte[]> seeds() {
      return List.of(SoundFiles.ECAD.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      EcadFile.read(file);
    }
  },
  /** A SentencePiece model, which native code gets once ours has looked through it. */
  SENTENCEPIECE(List.of("pixart-tiny/tokenizer/spiece.model")) {
    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file, content);
      try (CaptionTokenizer tokenizer = CaptionTokenizer.open(file)) {
        tokenizer.tokenize("a red bird \u00e9\u3042\ufb01 \ud83d\ude00", 12);
      }
    }
  },
  /** A tokenizer's description, which native code reads. */
  CLIP_TOKENIZER(List.of()) {
    @Override
    List<byte[]> seeds() throws IOException {
      return SoundFiles.clipTokenizer();
    }

    @Override
    void read(byte[] content, Path file) throws IOException {
      Files.write(file.resolveSibling("tokenizer.json"), content);
      try (ClipTokenizer tokenizer = ClipTokenizer.open(file.getParent(), 12)) {
        tokenizer.tokenize("A red bird \u00e9\u3042\ufb01 \ud83d\ude00");
      }
    }
  },
  /** The configurations of all models. */
  CONFIG(
      List.of(
          "dit-tiny/config.json",
          "pixart-tiny/dit_transformer/config.json",
          "pixart-tiny/transformer/config.json",
          "pixart-tiny/vae/config.json",
          "pixart-tiny/text_encoder/config.json",
          "pixart-tiny/scheduler/scheduler_config.json",
          "sit-tiny/config.json",
          "uvit-tiny/config.json")) {
    @Override
    void read(byte[] content, Path file) {
      String json = new String(content, StandardCharsets.UTF_8);
      List<Consumer<String>> readers =
          List.of(
              text -> DiffusionConfig.fromJson(text, DitConfig.fromJson(text)),
              PixArtConfig::fromJson,
              VaeConfig::fromJson,
              T5Config::fromJson,
              ClipConfig::fromJson,
              text -> DitConfig.fromJson(text).footprint(),
              text -> DiffusersDit.config(text).footprint(),
              text -> UvitConfig.fromJson(text).footprint(),
              DiffusersScheduler::fromJson);
      for (Consumer<String> reader : readers) {
        try {
          reader.accept(json);
        } catch (IllegalArgumentException e) {
          // Refused, which is one of the two things that may happen.
          if (e.getClass() != IllegalArgumentException.class
              && !(e instanceof NumberFormatException)) {
            throw new AssertionError(e);
          }
          requirePrintable(e);
        }
      }
    }
  };

  private final List<String> files;

  HostileFormat(List<String> files) {
    this.files = files;
  }

  /**
   * Reads a file in full.
   *
   * @param content what it holds
   * @param file a place for readers that want a path
   * @throws IOException if it is refused
   */
  abstract void read(byte[] content, Path file) throws IOException;

  /** Sound files. */
  List<byte[]> seeds() throws IOException {
    return files.stream().map(SoundFiles::reference).toList();
  }

  /** Reads a file that may be refused, but only by an {@link IOException}. */
  void bear(byte[] content, Path file) {
    try {
      read(content, file);
    } catch (IOException e) {
      requirePrintable(e);
    }
  }

  private static void requirePrintable(Exception refusal) {
    String message = String.valueOf(refusal.getMessage());
    if (message.length() > 4000 || message.chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("an unprintable message: " + message, refusal);
    }
  }

  private static void readArray(NpzReader npz, String name) throws IOException {
    byte[] piece = new byte[8192];
    NpyHeader header;
    try (NpyStream stream = npz.open(name)) {
      header = stream.header();
      for (long left = header.contentBytes(); left > 0; left -= piece.length) {
        stream.readFully(piece, (int) Math.min(left, piece.length));
      }
    } catch (MalformedCheckpointException e) {
      if (e.getMessage().contains("elements of type") || e.getMessage().contains("columns first")) {
        return; // Sound, but nothing that this library takes; the others can be read.
      }
      throw e;
    }
    if (header.type() == NpyType.FLOAT32 || header.type() == NpyType.FLOAT64) {
      npz.readDoubles(name);
    }
  }

  private static void drain(TensorSource source) throws IOException {
    try (source) {
      for (String name : source.names()) {
        source.copy(name, OutputStream.nullOutputStream());
      }
    }
  }
}
