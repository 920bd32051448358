package io.harmonica.text;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Saved embeddings: a tensor [length, width] for each prompt, all else in the metadata. */
final class EmbeddingsFile {
  private static final int MAX_TOKENS = 1 << 16;

  private EmbeddingsFile() {}

  /** The name of a prompt's tensor; behind the last prompt comes the negative one. */
  static String tensor(int prompt, int prompts) {
    return prompt == prompts ? "negative" : "prompt." + prompt;
  }

  static CaptionEmbeddings open(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      CaptionList captions = describe(path, file);
      int prompts = captions.prompts().size();
      return new CaptionEmbeddings(
          captions, prompt -> file.readFloats(tensor(prompt, prompts)), file::close);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static CaptionList describe(Path path, SafetensorsFile file) throws IOException {
    Map<String, String> metadata = file.metadata();
    if (!CaptionList.FORMAT.equals(metadata.get("format"))) {
      throw EmbeddingsProvenance.fault(path, "it is no " + CaptionList.FORMAT + " file");
    }
    List<String> prompts = new ArrayList<>();
    while (metadata.containsKey(CaptionList.promptKey(prompts.size()))) {
      prompts.add(metadata.get(CaptionList.promptKey(prompts.size())));
    }
    int tokens = tokens(path, metadata);
    List<Integer> lengths = new ArrayList<>();
    long width = file.info(tensor(prompts.size(), prompts.size())).shape().getLastDimension();
    for (int i = 0; i <= prompts.size(); i++) {
      Shape shape = file.info(tensor(i, prompts.size())).shape();
      if (shape.dimension() != 2
          || shape.get(1) != width
          || width < 1
          || shape.get(0) < 1
          || shape.get(0) > tokens
          || shape.size() > Integer.MAX_VALUE / tokens) {
        throw EmbeddingsProvenance.fault(
            path,
            "the tensor "
                + tensor(i, prompts.size())
                + " is "
                + shape
                + ", expected (1 to "
                + tokens
                + ", "
                + width
                + ")");
      }
      lengths.add((int) shape.get(0));
    }
    return list(path, prompts, lengths, tokens, (int) width, metadata);
  }

  private static CaptionList list(
      Path path,
      List<String> prompts,
      List<Integer> lengths,
      int tokens,
      int width,
      Map<String, String> metadata)
      throws MalformedCheckpointException {
    if (prompts.isEmpty()) {
      throw EmbeddingsProvenance.fault(path, "it names no prompt");
    }
    String negative = metadata.getOrDefault(CaptionList.NEGATIVE, "");
    EmbeddingsProvenance provenance = EmbeddingsProvenance.fromMetadata(metadata);
    return new CaptionList(prompts, negative, lengths, tokens, width, provenance);
  }

  private static int tokens(Path path, Map<String, String> metadata)
      throws MalformedCheckpointException {
    String text = metadata.getOrDefault(CaptionList.TOKENS, "");
    if (text.matches("[1-9][0-9]{0,5}") && Integer.parseInt(text) <= MAX_TOKENS) {
      return Integer.parseInt(text);
    }
    throw EmbeddingsProvenance.fault(path, "its number of tokens is no number above 0");
  }
}
