package io.harmonica.sit;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.StraightPath;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.dit.DitCheckpoint;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.LoadedDit;
import io.harmonica.kernel.Precision;
import io.harmonica.model.ConfigText;
import io.harmonica.model.ModelJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Brings a SiT into memory. Its tensors have the names and shapes of DiT's, so that a file does not
 * tell which of the two it is; {@link #sign} looks for other signs.
 */
public final class SitCheckpoint {
  /** What a configuration calls the family. */
  public static final String FAMILY = "sit";

  private static final String CLASS = "SiTTransformer2DModel";

  private SitCheckpoint() {}

  /**
   * Looks for signs that a checkpoint which could be a DiT is a SiT: its configuration's entry
   * {@code family}, its class in diffusers' configuration, or a file or folder whose name begins
   * with SiT. What the configuration says comes first.
   *
   * @param model a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param config a configuration file that overrules what the model brings
   * @return the sign, for people, or nothing if there is none
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is unsound
   */
  public static Optional<String> sign(Path model, Optional<Path> config) throws IOException {
    Optional<ConfigText> text = DitCheckpoint.configuration(model, config);
    if (text.isPresent()) {
      String family = text.get().family();
      if (!family.isEmpty()) {
        return family.equalsIgnoreCase(FAMILY)
            ? Optional.of("its configuration's family is " + FAMILY)
            : Optional.empty();
      }
      if (text.get().read(json -> ModelJson.parse(json).text("_class_name", "")).equals(CLASS)) {
        return Optional.of("its configuration's class is " + CLASS);
      }
    }
    String name = model.toAbsolutePath().normalize().getFileName().toString();
    return name.toLowerCase(Locale.ROOT).startsWith(FAMILY)
        ? Optional.of("the name " + name + " begins with SiT")
        : Optional.empty();
  }

  /**
   * Reads a SiT to compute in a precision; configurations are looked for and mean what they do for
   * {@link DitCheckpoint#open(Path, Optional, Precision, NDManager)}. Of a training checkpoint the
   * averaged weights, {@code ema}, are taken.
   *
   * @param model a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param config a configuration file that overrules what the model brings
   * @param precision what the weights become, one by one, whatever the file holds
   * @param manager owns the weights
   * @return the model on the straight path, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is unsound or unknown, or if the weights
   *     do not fit it
   */
  public static LoadedDit open(
      Path model, Optional<Path> config, Precision precision, NDManager manager)
      throws IOException {
    LoadedDit loaded = DitCheckpoint.open(model, config, precision, manager);
    DiffusionConfig said = loaded.diffusion();
    return new LoadedDit(
        loaded.config(),
        new DiffusionConfig(StraightPath.INSTANCE, said.clip(), said.guidedChannels()),
        loaded.weights(),
        loaded.sha256());
  }

  /**
   * Returns one of the twelve public configurations, such as {@code SiT-XL/2}.
   *
   * @param name SiT-, one of S, B, L, XL, a slash, and the patch size 2, 4 or 8
   * @param inputSize height and width of the latents: 32 for images of 256, 64 for 512
   * @return the configuration
   * @throws IllegalArgumentException if there is no such configuration
   */
  public static DitConfig named(String name, int inputSize) {
    String size = name.toUpperCase(Locale.ROOT).replaceFirst("^SIT-", "");
    try {
      return DitConfig.named(size, inputSize);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "configuration \"" + name + "\" is unknown, expected SiT-{S,B,L,XL}/{2,4,8}", e);
    }
  }
}
