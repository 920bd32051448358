package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ModelFit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much the outputs of each kind of branch change from step to step in runs that compute
 * everything, and which runs that were. Immutable.
 */
public final class SmoothCacheProfile {
  private final ModelFit origin;
  private final BranchLayout layout;
  private final float[][][] errors;
  private final Map<String, String> settings;

  /**
   * Creates a profile.
   *
   * @param origin the model and sampler that were measured
   * @param layout the model's branches
   * @param errors relative L1 errors, [kinds][T][gaps]: at index g - 1 that of the output of g
   *     steps before against the step's own; 0 where there is no such step; copied
   * @param settings how it was measured, for provenance
   * @throws IllegalArgumentException if the errors are not of that shape, or one is negative or not
   *     finite
   */
  public SmoothCacheProfile(
      ModelFit origin, BranchLayout layout, float[][][] errors, Map<String, String> settings) {
    if (errors.length != layout.kinds().size() || errors[0].length == 0) {
      throw new IllegalArgumentException(
          "the profile has errors of %d kinds of branches, expected %d, and at least one step"
              .formatted(errors.length, layout.kinds().size()));
    }
    this.origin = origin;
    this.layout = layout;
    this.settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    this.errors = new float[errors.length][errors[0].length][];
    int gaps = errors[0][0].length;
    for (int kind = 0; kind < errors.length; kind++) {
      for (int step = 0; step < this.errors[kind].length; step++) {
        this.errors[kind][step] = checked(errors[kind][step], gaps);
      }
    }
  }

  private static float[] checked(float[] row, int gaps) {
    if (gaps < 1 || row.length != gaps) {
      throw new IllegalArgumentException(
          "a step of the profile has " + row.length + " gaps, expected " + Math.max(1, gaps));
    }
    for (float error : row) {
      if (!(error >= 0) || Float.isInfinite(error)) {
        throw new IllegalArgumentException(
            "the profile holds the error " + error + ", expected a finite number of at least 0");
      }
    }
    return row.clone();
  }

  /**
   * Averages what was measured of single branches over the branches of a kind, as the paper does.
   *
   * @param origin the model and sampler that were measured
   * @param layout the model's branches
   * @param changes relative L1 errors, [branches][T][gaps]
   * @param settings how it was measured, for provenance
   * @return the profile
   */
  public static SmoothCacheProfile ofBranches(
      ModelFit origin, BranchLayout layout, float[][][] changes, Map<String, String> settings) {
    int kinds = layout.kinds().size();
    float[][][] errors = new float[kinds][changes[0].length][changes[0][0].length];
    for (int kind = 0; kind < kinds; kind++) {
      for (int step = 0; step < errors[kind].length; step++) {
        for (int gap = 0; gap < errors[kind][step].length; gap++) {
          double sum = 0;
          for (int branch = kind; branch < layout.branches(); branch += kinds) {
            sum += changes[branch][step][gap];
          }
          errors[kind][step][gap] = (float) (sum / layout.blocks());
        }
      }
    }
    return new SmoothCacheProfile(origin, layout, errors, settings);
  }

  /** {@return what was measured} */
  public ModelFit origin() {
    return origin;
  }

  /** {@return the branches of the model that was measured} */
  public BranchLayout layout() {
    return layout;
  }

  /** {@return how it was measured, texts by name, sorted} */
  public Map<String, String> settings() {
    return settings;
  }

  /** {@return the number of steps that were measured, T} */
  public int steps() {
    return errors[0].length;
  }

  /** {@return the largest number of steps that an output may be reused for: the gap, at least 1} */
  public int maxGap() {
    return errors[0][0].length;
  }

  /**
   * Returns the error that reusing makes.
   *
   * @param kind index of the kind of branch in the layout
   * @param step the step that reuses
   * @param gap how many steps before the output was computed, from 1 to {@link #maxGap()}
   * @return the relative L1 error
   */
  public float error(int kind, int step, int gap) {
    return errors[kind][step][gap - 1];
  }
}
