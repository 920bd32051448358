package io.harmonica.cli.ablation;

import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.StudentRule;
import java.util.Arrays;
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
      false,
      LambdaRule.UNIFORM,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.BLEND,
      Start.RANDOM,
      true,
      false),
  /** With the image error proxy as the paper defines it. */
  SDT_IEPO(
      "sdt+iepo",
      "weighed by the image error, one step computed at a time",
      false,
      LambdaRule.IMAGE_ERROR,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.BLEND,
      Start.RANDOM,
      true,
      false),
  /** With the image error proxy as the public code measures it. */
  SDT_IEPO_CUMULATIVE(
      "sdt+iepo-cumulative",
      "weighed by the image error, steps routed one after the other",
      false,
      LambdaRule.IMAGE_ERROR,
      ImageErrorProxy.CUMULATIVE,
      StudentRule.BLEND,
      Start.RANDOM,
      true,
      false),
  /** The default recipe. */
  HARMONIZED(
      "harmonized",
      "the default recipe: a start from whole steps, and refinement",
      true,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      false,
      true),
  /** The default recipe without refinement. */
  NO_REFINEMENT(
      "no-refinement",
      "harmonized without refinement",
      true,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      false,
      false),
  /** The default recipe with step-wise training between its start and its refinement. */
  WITH_SDT(
      "with-sdt",
      "harmonized with step-wise training in the middle",
      true,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      true,
      true),
  /** Step-wise training instead of the start. */
  RANDOM_START(
      "random-start",
      "with-sdt from random logits",
      true,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.RANDOM,
      true,
      true),
  /** With step-wise training under the published lambda. */
  UNCALIBRATED(
      "uncalibrated",
      "with-sdt with the image error itself as lambda",
      true,
      LambdaRule.IMAGE_ERROR,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.HARD,
      Start.STEPS,
      true,
      true),
  /** With step-wise training of the published student. */
  BLENDED(
      "blended",
      "with-sdt with a student that blends",
      true,
      LambdaRule.CALIBRATED,
      ImageErrorProxy.LEAVE_ONE_OUT,
      StudentRule.BLEND,
      Start.STEPS,
      true,
      true);

  /** What training starts from. */
  enum Start {
    RANDOM,
    STEPS
  }

  private final String text;
  private final String what;
  private final boolean ours;
  private final LambdaRule lambda;
  private final ImageErrorProxy proxy;
  private final StudentRule student;
  private final Start start;
  private final boolean sdt;
  private final boolean refined;

  Variant(
      String text,
      String what,
      boolean ours,
      LambdaRule lambda,
      ImageErrorProxy proxy,
      StudentRule student,
      Start start,
      boolean sdt,
      boolean refined) {
    this.text = text;
    this.what = what;
    this.ours = ours;
    this.lambda = lambda;
    this.proxy = proxy;
    this.student = student;
    this.start = start;
    this.sdt = sdt;
    this.refined = refined;
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

  /**
   * Names the variant.
   *
   * @return for example {@code sdt+iepo}
   */
  public String text() {
    return text;
  }

  /**
   * Says what it does.
   *
   * @return a phrase
   */
  public String what() {
    return what;
  }

  /** Whether it is the default recipe or one part away from it, rather than published. */
  boolean ours() {
    return ours;
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

  boolean sdt() {
    return sdt;
  }

  boolean refined() {
    return refined;
  }
}
