package io.harmonica.diffusion;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The variance-preserving diffusion of Song et al. (2021) in continuous time: betas rise evenly
 * from 0.1 to 20 over times t from 0 to 1, log alpha-bar(t) = -0.1 t - (20 - 0.1) t^2 / 2. U-ViT's
 * models on pixels are trained with it, and called with 999 t.
 */
public final class VpSde implements NoisePath {
  /** The only one there is. */
  public static final VpSde INSTANCE = new VpSde();

  private static final String NAME = "vp_sde";
  private static final double FIRST = 0.1;
  private static final double LAST = 20;
  private static final int SCALE = 999;

  /** Where U-ViT's public code ends: the path is singular at the image itself. */
  private static final double CLEANEST = 1e-4;

  private VpSde() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String toString() {
    return NAME;
  }

  @Override
  public NoiseLevel level(double timestep) {
    double t = timestep / SCALE;
    double exponent = FIRST * t + (LAST - FIRST) * t * t / 2;
    return new NoiseLevel(timestep, t, Math.exp(-exponent), -Math.expm1(-exponent));
  }

  @Override
  public double timestepAt(double lambda) {
    double exponent = Math.log1p(Math.exp(-2 * lambda));
    double slope = LAST - FIRST;
    return SCALE * 2 * exponent / (FIRST + Math.sqrt(FIRST * FIRST + 2 * slope * exponent));
  }

  @Override
  public NoiseLevel noisiest() {
    return level(SCALE);
  }

  @Override
  public NoiseLevel cleanest() {
    return level(SCALE * CLEANEST);
  }

  /** Picks whole times from 999 to 0, of which the 0 gives way to the cleanest. */
  @Override
  public StepSchedule respace(int steps, TimestepSpacing spacing) {
    double least = cleanest().timestep();
    List<NoiseLevel> levels =
        IntStream.of(spacing.descending(SCALE + 1, steps))
            .mapToObj(time -> level(Math.max(time, least)))
            .toList();
    return new StepSchedule(levels, level(0));
  }
}
