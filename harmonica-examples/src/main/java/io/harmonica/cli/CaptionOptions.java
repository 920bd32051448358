package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.cli.work.CaptionFile;
import io.harmonica.kernel.Precision;
import io.harmonica.pixart.PixArtFolder;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.Prompts;
import io.harmonica.text.TextStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a pipeline's prompts become embeddings. */
final class CaptionOptions {
  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      description = "what guidance leads away from (nothing)")
  private String negative;

  @Option(
      names = "--embeddings",
      paramLabel = "FILE",
      description =
          "the prompts' embeddings: used if the file is there, else encoded and saved as such")
  private Path embeddings;

  @Option(
      names = "--caption-tokens",
      paramLabel = "N",
      description = "tokens that a prompt is padded to or cut at (120, for PixArt-Sigma 300)")
  private Integer tokens;

  @Option(
      names = "--text-precision",
      paramLabel = "TYPE",
      defaultValue = "bfloat16",
      description =
          "what the text encoder's matrices are multiplied in: bfloat16 or float32"
              + " (${DEFAULT-VALUE})")
  private Precision precision;

  /** What was opened, which workers need too. */
  private CaptionEmbeddings opened;

  /** Tells whether the embeddings need no prompts. */
  boolean saved() {
    return embeddings != null && Files.exists(embeddings);
  }

  String negative() {
    return negative == null ? "" : negative;
  }

  /** Refuses what only makes sense for a model of captions. */
  void refuseForLabels(boolean prompted, String option) {
    if (prompted || negative != null || embeddings != null || tokens != null) {
      throw new IllegalArgumentException(
          "the model knows classes and no words: leave out "
              + option
              + ", --negative-prompt, --embeddings and --caption-tokens, or give a PixArt"
              + " pipeline as --model");
    }
  }

  /** Refuses a cluster whose workers would not find the prompts. */
  void requireShared(WorkersOption spread, ModelOptions models) throws IOException {
    if (spread.onCluster() && embeddings == null && models.pixArt().isPresent()) {
      throw new IllegalArgumentException(
          "the cluster's workers read the encoded prompts from a file: give --embeddings FILE, in a"
              + " folder that all of them see");
    }
  }

  /** The embeddings that were opened, in a file: a temporary one unless they were to be saved. */
  CaptionFile forWorkers() throws IOException {
    if (embeddings != null) {
      return CaptionFile.of(embeddings, opened);
    }
    Path file = Files.createTempFile("harmonica", ".safetensors");
    file.toFile().deleteOnExit();
    opened.write(file, TensorType.F32);
    return CaptionFile.of(file, opened);
  }

  /** Reads or makes the embeddings of given prompts, or reads those that are saved. */
  CaptionEmbeddings open(NDManager manager, PixArtFolder pipeline, Optional<Prompts> prompts)
      throws IOException {
    opened = found(manager, pipeline, prompts);
    return opened;
  }

  private CaptionEmbeddings found(
      NDManager manager, PixArtFolder pipeline, Optional<Prompts> prompts) throws IOException {
    if (saved()) {
      return reopen(prompts);
    }
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no prompt: give --prompt TEXT, or --embeddings with a saved FILE");
    }
    if (embeddings != null) {
      Outputs.requireFolderOf(embeddings);
    }
    int length = tokens == null ? pipeline.captionTokens() : tokens;
    TextStage stage = new TextStage(pipeline.folder(), length, precision);
    long began = System.nanoTime();
    int count = prompts.get().asked().size();
    try (Progress progress = new Progress("encoding", count + 1)) {
      CaptionEmbeddings encoded =
          stage.encode(
              manager, prompts.get(), Optional.ofNullable(embeddings), new Reports(progress));
      System.out.printf(
          "%d prompts encoded in %s in %.1f s%n",
          count, precision.text(), (System.nanoTime() - began) / 1e9);
      return encoded;
    }
  }

  private CaptionEmbeddings reopen(Optional<Prompts> prompts) throws IOException {
    CaptionEmbeddings saved = CaptionEmbeddings.open(embeddings);
    try {
      if (negative != null && !negative.equals(saved.negativePrompt())) {
        throw new IllegalArgumentException(
            "--negative-prompt is \"%s\", but %s was saved with \"%s\"; leave it out or name another file"
                .formatted(negative, embeddings, saved.negativePrompt()));
      }
      prompts.ifPresent(asked -> asked.requireFit(embeddings, saved));
      if (tokens != null && tokens != saved.tokens()) {
        throw new IllegalArgumentException(
            "--caption-tokens is %d, but %s was saved with %d; leave it out or name another file"
                .formatted(tokens, embeddings, saved.tokens()));
      }
      return saved;
    } catch (IllegalArgumentException e) {
      saved.close();
      throw e;
    }
  }

  /** Passes on what the encoding tells. */
  private record Reports(Progress progress) implements TextStage.Listener {
    @Override
    public void cut(String message) {
      System.err.println("harmonica: " + message);
    }

    @Override
    public void encoded(int done) {
      progress.to(done, "");
    }
  }
}
