package io.harmonica.cli.ablation;

import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.StudentRule;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is trained: the published parts one after the other, and our recipe with one part changed at
 * a time. All of them are steered to the same targets.
 */
public enum Variant {
  /** Step-wise denoising training with its own loss. */
  SDT(
      "sdt",
      "step-wise training, every step weighed alike",
      Origin.PUBLISHED,
      LambdaRule.UNIFORM,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.BLEND,
      Start.RANDOM,
      Stage.SDT),
  /** With the image error proxy as the paper defines it. */
  SDT_IEPO(
      "sdt+iepo",
      "weighed by the image error, one step computed at a time",
      Origin.PUBLISHED,
      LambdaRule.IMAGE_ERROR,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.BLEND,
      Start.RANDOM,
      Stage.SDT),
  /** With the image error proxy as the public code measures it. */
  SDT_IEPO_CUMULATIVE(
      "sdt+iepo-cumulative",
      "weighed by the image error, steps routed one after the other",
      Origin.PUBLISHED,
      LambdaRule.IMAGE_ERROR,
      ImageErrorProxy.CUMULATIVE,
      StudentRule.BLEND,
      Start.RANDOM,
      Stage.SDT),
  /** The default recipe. */
  HARMONIZED(
      "harmonized",
      "the default recipe: a start from whole steps, and refinement",
      Origin.OURS,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      Stage.REFINEMENT),
  /** The default recipe without refinement. */
  NO_REFINEMENT(
      "no-refinement",
      "harmonized without refinement",
      Origin.OURS,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS),
  /** The default recipe with step-wise training between its start and its refinement. */
  WITH_SDT(
      "with-sdt",
      "harmonized with step-wise training in the middle",
      Origin.OURS,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      Stage.SDT,
      Stage.REFINEMENT),
  /** Step-wise training instead of the start. */
  RANDOM_START(
      "random-start",
      "with-sdt from random logits",
      Origin.OURS,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.RANDOM,
      Stage.SDT,
      Stage.REFINEMENT),
  /** With step-wise training under the published lambda. */
  UNCALIBRATED(
      "uncalibrated",
      "with-sdt with the image error itself as lambda",
      Origin.OURS,
      LambdaRule.IMAGE_ERROR,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      Stage.SDT,
      Stage.REFINEMENT),
  /** With step-wise training of the published student. */
  BLENDED(
      "blended",
      "with-sdt with a student that blends",
      Origin.OURS,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.BLEND,
      Start.STEPS,
      Stage.SDT,
      Stage.REFINEMENT);

  /** Where a recipe comes from, which says how long it trains. */
  enum Origin {
    PUBLISHED,
    OURS
  }

  /** What training starts from. */
  enum Start {
    RANDOM,
    STEPS
  }

  /** What follows the start. */
  enum Stage {
    SDT,
    REFINEMENT
  }

  private final String text;
  private final String what;
  private final Origin origin;
  private final LambdaRule lambda;
  private final ImageErrorProxy proxy;
  private final StudentRule student;
  private final Start start;
  private final Set<Stage> stages = EnumSet.noneOf(Stage.class);

  Variant(
      String text,
      String what,
      Origin origin,
      LambdaRule lambda,
      ImageErrorProxy proxy,
      StudentRule student,
      Start start,
      Stage... stages) {
    this.text = text;
    this.what = what;
    this.origin = origin;
    this.lambda = lambda;
    this.proxy = proxy;
    this.student = student;
    this.start = start;
    this.stages.addAll(List.of(stages));
  }

  /**
   * Finds a variant.
   *
   * @param text its name
   * @return the variant
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Variant of(String text) {
    return Arrays.stream(values())
        .filter(variant -> variant.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "variant \"%s\" is unknown, expected some of %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(Variant::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** {@return the variant's name, for example {@code sdt+iepo}} */
  public String text() {
    return text;
  }

  /** {@return what it does, as a phrase} */
  public String what() {
    return what;
  }

  /** Whether it is the default recipe or one part away from it, rather than published. */
  boolean ours() {
    return origin == Origin.OURS;
  }

  LambdaRule lambda() {
    return lambda;
  }

  ImageErrorProxy proxy() {
    return proxy;
  }

  StudentRule student() {
    return student;
  }

  Start start() {
    return start;
  }

  boolean has(Stage stage) {
    return stages.contains(stage);
  }
}
