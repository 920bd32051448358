package io.harmonica.model;

import com.google.gson.JsonParser;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of one model on disk.
 *
 * @param weights the checkpoint
 * @param configFile the {@code config.json} beside it, if there is one
 */
public record ModelFiles(Path weights, Optional<Path> configFile) {
  private static final String CONFIG = "config.json";
  private static final String INDEX = ".index.json";
  private static final String PIPELINE = "model_index.json";

  /** What diffusers and transformers call the weights, in their order of preference. */
  private static final List<String> USUAL =
      List.of(
          "diffusion_pytorch_model.safetensors",
          "diffusion_pytorch_model.safetensors.index.json",
          "model.safetensors",
          "model.safetensors.index.json",
          "diffusion_pytorch_model.bin");

  /** Which other files are looked for, in this order. */
  private static final List<List<String>> ENDINGS =
      List.of(List.of(".safetensors"), List.of(".pt", ".pth", ".bin", ".ckpt"));

  private static final long MAX_CONFIG_BYTES = 1 << 20;

  /**
   * Finds a model: a checkpoint file, a folder with one, or a diffusers pipeline's folder.
   *
   * @param path the file or folder
   * @param part the folder of the model within a pipeline, such as {@code transformer}
   * @return its files
   * @throws IOException if there is no such file, or the folder holds no or several checkpoints
   */
  public static ModelFiles find(Path path, String part) throws IOException {
    if (Files.isDirectory(path)) {
      Path folder = path;
      if (Files.exists(path.resolve(PIPELINE))
          || (!Files.exists(path.resolve(CONFIG)) && Files.isDirectory(path.resolve(part)))) {
        folder = path.resolve(part);
      }
      return beside(inFolder(folder));
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file or folder");
    }
    return beside(path);
  }

  private static ModelFiles beside(Path weights) {
    Path config = weights.resolveSibling(CONFIG);
    return new ModelFiles(
        weights, Files.isRegularFile(config) ? Optional.of(config) : Optional.empty());
  }

  private static Path inFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "the pipeline lacks this folder");
    }
    for (String name : USUAL) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    }
    for (List<String> endings : ENDINGS) {
      List<Path> matches =
          files.stream()
              .filter(file -> endings.stream().anyMatch(file.toString()::endsWith))
              .toList();
      if (matches.size() == 1) {
        return matches.get(0);
      }
      if (!matches.isEmpty()) {
        String names = String.join(", ", matches.stream().map(ModelFiles::name).toList());
        throw fault(folder, "holds several checkpoints: " + names, "name one of them");
      }
    }
    throw fault(
        folder, "holds no .safetensors or .pt file", "name the folder or file of the weights");
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static MalformedCheckpointException fault(Path path, String problem, String remedy) {
    return new MalformedCheckpointException(path.toString(), problem, -1, remedy);
  }

  /**
   * Opens the weights.
   *
   * @return the open checkpoint, which the caller closes
   * @throws IOException if it cannot be read or is damaged
   */
  public TensorSource open() throws IOException {
    return Checkpoints.open(weights);
  }

  /**
   * Reads the configuration beside the weights.
   *
   * @return the text of {@code config.json}, if there is one
   * @throws IOException if it cannot be read
   */
  public Optional<String> config() throws IOException {
    return configFile.isPresent() ? Optional.of(readConfig(configFile.get())) : Optional.empty();
  }

  /**
   * Reads a configuration file.
   *
   * @param file the file
   * @return its text
   * @throws IOException if it does not exist, cannot be read, is no UTF-8 text, or is larger than
   *     any configuration
   */
  public static String readConfig(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such configuration file");
    }
    if (Files.size(file) > MAX_CONFIG_BYTES) {
      throw fault(file, "is too large for a configuration", "give the model's config.json");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      MalformedCheckpointException fault = fault(file, "is no UTF-8 text", "download it again");
      fault.initCause(e);
      throw fault;
    }
  }

  /**
   * Tells what kind of pipeline a folder in the diffusers layout is.
   *
   * @param folder any path
   * @return the {@code _class_name} in its {@code model_index.json}, which may be empty; nothing if
   *     there is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is no JSON
   */
  public static Optional<String> pipelineClass(Path folder) throws IOException {
    Path index = folder.resolve(PIPELINE);
    if (!Files.isRegularFile(index)) {
      return Optional.empty();
    }
    String json = readConfig(index);
    try {
      return Optional.of(ModelJson.parse(json).text("_class_name", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(index + ": " + e.getMessage(), e);
    }
  }

  /**
   * Computes the checksums of the weights, reading the files piece by piece.
   *
   * @return file names, relative to the checkpoint's folder, to SHA-256 in lower-case hexadecimal;
   *     for a model in several files the index comes first
   * @throws IOException if a file cannot be read
   */
  public Map<String, String> sha256() throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    sums.put(name(weights), sha256(weights));
    if (weights.toString().endsWith(INDEX)) {
      for (String shard : shards()) {
        sums.put(shard, sha256(weights.resolveSibling(shard)));
      }
    }
    return sums;
  }

  private Set<String> shards() throws IOException {
    Set<String> files = new TreeSet<>();
    JsonParser.parseString(Files.readString(weights))
        .getAsJsonObject()
        .getAsJsonObject("weight_map")
        .asMap()
        .values()
        .forEach(file -> files.add(file.getAsString()));
    return files;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
