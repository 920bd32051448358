package io.harmonica.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of embeddings, without their vectors.
 *
 * @param prompts as given
 * @param negative the negative prompt, as given
 * @param lengths tokens of each prompt, and last of the negative prompt
 * @param tokens places that all are padded to
 * @param width length of a token's vector
 * @param provenance where the vectors come from
 */
record CaptionList(
    List<String> prompts,
    String negative,
    List<Integer> lengths,
    int tokens,
    int width,
    EmbeddingsProvenance provenance) {

  static final String FORMAT = "harmonica-captions/1";
  static final String TOKENS = "tokens";
  static final String NEGATIVE = "negative_prompt";
  private static final String PROMPT = "prompt.";

  CaptionList {
    prompts = List.copyOf(prompts);
    lengths = List.copyOf(lengths);
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("there is no prompt; expected at least one");
    }
    if (lengths.size() != prompts.size() + 1) {
      throw new IllegalArgumentException(
          "there are " + lengths.size() + " lengths for " + prompts.size() + " prompts");
    }
  }

  static String promptKey(int prompt) {
    return PROMPT + prompt;
  }

  int length(int prompt) {
    return lengths.get(prompt);
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.putAll(provenance.toMetadata());
    metadata.put("prompts_sha256", EmbeddingsProvenance.sha256(prompts));
    metadata.put(TOKENS, Integer.toString(tokens));
    metadata.put(NEGATIVE, negative);
    for (int i = 0; i < prompts.size(); i++) {
      metadata.put(promptKey(i), prompts.get(i));
    }
    return metadata;
  }
}
