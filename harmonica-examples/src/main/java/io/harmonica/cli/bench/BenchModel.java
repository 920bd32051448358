package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.RandomDit;
import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.pipeline.ClassNames;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The models to measure on. The large ones have random weights, which time does not see. */
public enum BenchModel implements BenchSubject<RunnableDit> {
  /** The small DiT of Fashion-MNIST that the examples ship. */
  BUNDLED {
    @Override
    public RunnableDit open(NDManager manager, Precision precision) throws IOException {
      return BundledDit.open(manager, precision);
    }
  },
  /** DiT-S/2 for images of 256 x 256, latents of 4 x 32 x 32. */
  DIT_S2 {
    @Override
    public RunnableDit open(NDManager manager, Precision precision) {
      return random("DiT-S/2", manager, precision);
    }
  },
  /** DiT-B/2 for images of 256 x 256, latents of 4 x 32 x 32. */
  DIT_B2 {
    @Override
    public RunnableDit open(NDManager manager, Precision precision) {
      return random("DiT-B/2", manager, precision);
    }
  };

  private static final int LATENT_SIZE = 32;

  private static RunnableDit random(String name, NDManager manager, Precision precision) {
    DitConfig config = DitConfig.named(name, LATENT_SIZE);
    Map<String, NDArray> weights = RandomDit.create(manager, config, 0);
    try (PrecisionCast cast = new PrecisionCast(manager, precision)) {
      weights.replaceAll((tensor, values) -> cast.apply(values));
    }
    return new RunnableDit(
        name,
        "random",
        new DitModel(manager, config, weights),
        DiffusionConfig.fromJson("{}", config),
        precision,
        ClassNames.none(config.numClasses()),
        Optional.empty());
  }
}
