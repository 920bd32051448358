package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.over;
import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;

/**
 * What the first C channels of a model's output are. Samplers ask it for what they work with; x is
 * always alpha x_0 + sigma noise.
 */
public enum Prediction {
  /** The noise in x. */
  NOISE {
    @Override
    NDArray clean(NDArray x, NDArray output, NoiseLevel level) {
      return over(x.sub(times(output, level.sigma())), level.alpha());
    }

    @Override
    NDArray noise(NDArray x, NDArray output, NoiseLevel level) {
      return output;
    }

    @Override
    NDArray velocity(NDArray x, NDArray output, NoiseLevel level) {
      return clean(x, output, level).sub(output);
    }
  },

  /** The velocity of a flow model, x_0 - noise. */
  VELOCITY {
    @Override
    NDArray clean(NDArray x, NDArray output, NoiseLevel level) {
      return over(x.add(times(output, level.sigma())), level.alpha() + level.sigma());
    }

    @Override
    NDArray noise(NDArray x, NDArray output, NoiseLevel level) {
      return over(x.sub(times(output, level.alpha())), level.alpha() + level.sigma());
    }

    @Override
    NDArray velocity(NDArray x, NDArray output, NoiseLevel level) {
      return output;
    }
  };

  /** x_0, [n, C, H, W], owned by x's manager. */
  abstract NDArray clean(NDArray x, NDArray output, NoiseLevel level);

  /** The noise in x, [n, C, H, W], owned by x's manager or the output itself. */
  abstract NDArray noise(NDArray x, NDArray output, NoiseLevel level);

  /** x_0 - noise, [n, C, H, W], owned by x's manager or the output itself. */
  abstract NDArray velocity(NDArray x, NDArray output, NoiseLevel level);
}
