package io.harmonica.cli.evaluate;

import io.harmonica.checkpoint.numpy.NpzReader;
import io.harmonica.eval.FeatureStatistics;
import io.harmonica.inception.InceptionV3;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The images that others are compared with. Published batches of the ADM evaluator hold images as
 * {@code arr_0} and, of many more, mean and covariance: {@code mu} and {@code sigma} of the pooled
 * features, {@code mu_s} and {@code sigma_s} of the spatial ones. Then these statistics serve FID
 * and sFID, and the images precision, recall and KID, as there.
 *
 * @param side what a report says of it
 * @param pooled the statistics for FID
 * @param spatial the statistics for sFID
 * @param features the images' features, where there are images
 */
public record Reference(
    ImageSide side,
    FeatureStatistics pooled,
    FeatureStatistics spatial,
    Optional<FeatureSet> features)
    implements Closeable {
  private static final List<String> STATISTICS = List.of("mu", "sigma", "mu_s", "sigma_s");

  /**
   * Reads a reference.
   *
   * @param path a folder of images, or an {@code .npz} file
   * @param shelf computes features
   * @param batch how many images the network sees at a time
   * @param listener called after each batch
   * @return the reference, which the caller closes
   * @throws IOException if it is damaged or holds neither images nor statistics
   */
  public static Reference open(
      Path path, FeatureShelf shelf, int batch, FeatureShelf.Listener listener) throws IOException {
    if (Files.isRegularFile(path)) {
      try (NpzReader npz = NpzReader.open(path)) {
        Set<String> names = npz.names();
        if (names.stream().anyMatch(STATISTICS::contains)) {
          return ofStatistics(path, npz, shelf, batch, listener);
        }
      }
    }
    try (PixelSource source = PixelSource.open(path)) {
      Scores.requireEnough(source);
      String hash = source.sha256();
      FeatureSet features = shelf.features(source, hash, batch, listener);
      return new Reference(
          ImageSide.of(source, hash),
          FeatureStatistics.of(FeatureSet.rows(features.pooled())),
          FeatureStatistics.of(FeatureSet.rows(features.spatial())),
          Optional.of(features));
    }
  }

  private static Reference ofStatistics(
      Path path, NpzReader npz, FeatureShelf shelf, int batch, FeatureShelf.Listener listener)
      throws IOException {
    FeatureStatistics pooled = statistics(path, npz, "mu", "sigma", InceptionV3.POOLED);
    FeatureStatistics spatial = statistics(path, npz, "mu_s", "sigma_s", InceptionV3.SPATIAL);
    if (!npz.names().contains(NpzPixels.ARRAY)) {
      return new Reference(
          ImageSide.ofStatistics(path, FileHash.of(path)), pooled, spatial, Optional.empty());
    }
    try (PixelSource source = PixelSource.open(path)) {
      Scores.requireEnough(source);
      String hash = source.sha256();
      FeatureSet features = shelf.features(source, hash, batch, listener);
      return new Reference(
          ImageSide.of(source, hash, true), pooled, spatial, Optional.of(features));
    }
  }

  private static FeatureStatistics statistics(
      Path path, NpzReader npz, String mean, String covariance, int length) throws IOException {
    double[] mu = npz.readDoubles(mean);
    double[] sigma = npz.readDoubles(covariance);
    if (mu.length != length || sigma.length != length * length) {
      throw new IllegalArgumentException(
          "%s: %s has %d numbers and %s %d, expected %d and its square"
              .formatted(path, mean, mu.length, covariance, sigma.length, length));
    }
    double[][] rows = new double[length][length];
    for (int i = 0; i < length; i++) {
      System.arraycopy(sigma, i * length, rows[i], 0, length);
    }
    try {
      return new FeatureStatistics(mu, rows);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: %s and %s: %s".formatted(path, mean, covariance, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (features.isPresent()) {
      features.get().close();
    }
  }
}
