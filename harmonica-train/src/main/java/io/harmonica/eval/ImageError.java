package io.harmonica.eval;

/**
 * Differences of two images with the same pixel grid, such as a sample with and without a cache
 * from the same noise. Images are flat arrays in [C, H, W] order.
 */
public final class ImageError {

  /** The side of the structural similarity's window, in pixels. */
  public static final int SSIM_WINDOW = 11;

  private static final double SSIM_SIGMA = 1.5;
  private static final double SSIM_K1 = 0.01;
  private static final double SSIM_K2 = 0.03;
  private static final double[] GAUSSIAN = gaussian(SSIM_WINDOW, SSIM_SIGMA);

  private ImageError() {}

  /**
   * The mean squared error, {@code mean((a - b)^2)}, summed in double precision. Also serves for
   * batches of images and for latents.
   *
   * @param a one image, of any shape
   * @param b the other, of the same shape
   * @return the error in squared units of the values; 0 for equal images, not a number if one of
   *     the values is not
   * @throws IllegalArgumentException if the images are empty or differ in length
   */
  public static double mse(float[] a, float[] b) {
    if (a.length != b.length || a.length == 0) {
      throw new IllegalArgumentException(
          "can't compare images of " + a.length + " and " + b.length + " values");
    }
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum / a.length;
  }

  /**
   * The peak signal-to-noise ratio, {@code 10 log10(range^2 / mse)}.
   *
   * @param mse the mean squared error
   * @param range the largest possible value minus the smallest: 2 for images in [-1, 1]
   * @return the ratio in decibels, infinite if the error is 0
   * @throws IllegalArgumentException if the error is negative or the range not positive
   */
  public static double psnr(double mse, double range) {
    if (!(range > 0)) {
      throw new IllegalArgumentException("the range of values must be positive, got " + range);
    }
    if (mse < 0) {
      throw new IllegalArgumentException("a squared error can't be negative: " + mse);
    }
    return 10 * Math.log10(range * range / mse);
  }

  /**
   * The mean structural similarity of Wang et al., <i>Image Quality Assessment: From Error
   * Visibility to Structural Similarity</i> (2004). In a Gaussian window (11 x 11, sigma 1.5) with
   * means {@code ma, mb}, variances {@code va, vb} and covariance {@code c} it is
   *
   * <pre>  (2 ma mb + c1) (2 c + c2) / ((ma^2 + mb^2 + c1) (va + vb + c2))</pre>
   *
   * <p>with {@code c1 = 0.01^2} and {@code c2 = 0.03^2}, for values brought from [-1, 1] to [0, 1]
   * first: the formula is meant for intensities, which have no sign. The mean goes over all windows
   * that lie within the image, and over the channels.
   *
   * @param a one image with values in [-1, 1], [C, H, W]
   * @param b the other
   * @param channels C
   * @param height H in pixels, at least {@link #SSIM_WINDOW}
   * @param width W in pixels, at least {@link #SSIM_WINDOW}
   * @return the similarity, 1 for equal images, at least -1
   * @throws IllegalArgumentException if an image does not have the stated shape or is smaller than
   *     the window
   */
  public static double ssim(float[] a, float[] b, int channels, int height, int width) {
    if (channels < 1 || height < SSIM_WINDOW || width < SSIM_WINDOW) {
      throw new IllegalArgumentException(
          "structural similarity needs images of at least 1 x %d x %d, got %d x %d x %d"
              .formatted(SSIM_WINDOW, SSIM_WINDOW, channels, height, width));
    }
    int size = height * width;
    if (a.length != channels * size || b.length != channels * size) {
      throw new IllegalArgumentException(
          "%d x %d x %d images need %d values, got %d and %d"
              .formatted(channels, height, width, channels * size, a.length, b.length));
    }
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += ssimOfPlane(intensities(a, c, size), intensities(b, c, size), height, width);
    }
    return sum / channels;
  }

  private static double ssimOfPlane(double[] a, double[] b, int height, int width) {
    double c1 = SSIM_K1 * SSIM_K1;
    double c2 = SSIM_K2 * SSIM_K2;
    double[] meanA = blur(a, height, width);
    double[] meanB = blur(b, height, width);
    double[] squareA = blur(product(a, a), height, width);
    double[] squareB = blur(product(b, b), height, width);
    double[] mixed = blur(product(a, b), height, width);
    double sum = 0;
    for (int i = 0; i < meanA.length; i++) {
      double meanProduct = meanA[i] * meanB[i];
      double meanSquares = meanA[i] * meanA[i] + meanB[i] * meanB[i];
      double variances = squareA[i] + squareB[i] - meanSquares;
      double covariance = mixed[i] - meanProduct;
      sum +=
          (2 * meanProduct + c1) * (2 * covariance + c2) / ((meanSquares + c1) * (variances + c2));
    }
    return sum / meanA.length;
  }

  /** Gaussian means of all windows within the plane, [H - 10, W - 10]; rows first, then columns. */
  private static double[] blur(double[] plane, int height, int width) {
    int outWidth = width - SSIM_WINDOW + 1;
    int outHeight = height - SSIM_WINDOW + 1;
    double[] rows = new double[height * outWidth];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < outWidth; x++) {
        for (int k = 0; k < SSIM_WINDOW; k++) {
          rows[y * outWidth + x] += GAUSSIAN[k] * plane[y * width + x + k];
        }
      }
    }
    double[] out = new double[outHeight * outWidth];
    for (int i = 0; i < out.length; i++) {
      for (int k = 0; k < SSIM_WINDOW; k++) {
        out[i] += GAUSSIAN[k] * rows[i + k * outWidth];
      }
    }
    return out;
  }

  private static double[] gaussian(int size, double sigma) {
    double[] weights = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double distance = i - (size - 1) / 2.0;
      weights[i] = Math.exp(-distance * distance / (2 * sigma * sigma));
      sum += weights[i];
    }
    for (int i = 0; i < size; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  private static double[] intensities(float[] image, int channel, int size) {
    double[] plane = new double[size];
    for (int i = 0; i < size; i++) {
      plane[i] = (image[channel * size + i] + 1.0) / 2;
    }
    return plane;
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }
}
