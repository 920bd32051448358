package io.harmonica.cli.evaluate;

import java.nio.file.Path;

/**
 * What a report says of one of the two sets.
 *
 * @param name the file or folder, or what the images were made by
 * @param sha256 its checksum
 * @param count how many images it holds; 0 if it holds statistics only
 * @param height of each image
 * @param width of each image
 * @param statistics whether mean and covariance were taken as published rather than computed
 */
public record ImageSide(
    String name, String sha256, int count, int height, int width, boolean statistics) {

  /**
   * Describes images whose statistics are computed.
   *
   * @param source the images
   * @param sha256 their checksum
   * @return the description
   */
  public static ImageSide of(PixelSource source, String sha256) {
    return of(source, sha256, false);
  }

  static ImageSide of(PixelSource source, String sha256, boolean statistics) {
    return new ImageSide(
        source.path().toString(),
        sha256,
        source.count(),
        source.height(),
        source.width(),
        statistics);
  }

  static ImageSide ofStatistics(Path path, String sha256) {
    return new ImageSide(path.toString(), sha256, 0, 0, 0, true);
  }
}
