package io.harmonica.cli.evaluate;

import ai.djl.ndarray.NDManager;
import io.harmonica.files.Hashes;
import io.harmonica.inception.InceptionV3;
import io.harmonica.model.ModelFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Computes features, or finds those that were kept. A set's features lie in a folder that is named
 * after the checksums of the images and of the network's weights. It gets that name when it is
 * complete.
 */
public final class FeatureShelf implements Closeable {
  private static final String PART = "inception";
  private static final int DIGITS = 16;

  private final NDManager manager;
  private final Path weights;
  private final String weightsHash;
  private final Optional<Path> kept;
  private final List<Path> passing = new ArrayList<>();
  private InceptionV3 network;

  private FeatureShelf(NDManager manager, Path weights, String weightsHash, Optional<Path> kept) {
    this.manager = manager;
    this.weights = weights;
    this.weightsHash = weightsHash;
    this.kept = kept;
  }

  /** Watches the computation. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called after each batch.
     *
     * @param done images so far
     * @param count all images
     */
    void done(int done, int count);
  }

  /**
   * Takes images as they are made, and gives their features at the end.
   *
   * @see FeatureShelf#stream
   */
  public interface Stream extends Closeable {
    /**
     * Adds images.
     *
     * @param pixels unsigned bytes, whole images one behind the other
     * @throws IOException if features cannot be written
     */
    void add(byte[] pixels) throws IOException;

    /**
     * Ends the set.
     *
     * @return the features of all images, which the caller closes
     * @throws IOException if they cannot be written
     */
    FeatureSet finish() throws IOException;

    /** {@return SHA-256 of the images' bytes, once finished} */
    String sha256();
  }

  /**
   * Opens a shelf.
   *
   * @param manager its device computes
   * @param weights the network's weights
   * @param kept the folder to keep features in; without one they go when the shelf is closed
   * @return the shelf, which the caller closes
   * @throws IOException if the weights are not there or the folder cannot be made
   */
  public static FeatureShelf open(NDManager manager, Path weights, Optional<Path> kept)
      throws IOException {
    String hash = Hashes.of(ModelFiles.find(weights, PART).sha256());
    if (kept.isPresent()) {
      try {
        Files.createDirectories(kept.get());
      } catch (FileAlreadyExistsException e) {
        throw new IOException(
            kept.get() + " is a file, not a folder; choose another --features", e);
      }
    }
    return new FeatureShelf(manager, weights, hash, kept);
  }

  /** {@return SHA-256 of the network's weights} */
  public String weightsHash() {
    return weightsHash;
  }

  /**
   * Checks that the weights are those of the network, before hours are spent on what it is to see.
   *
   * @throws IOException if they are damaged or cannot be read
   * @throws IllegalArgumentException if they are others
   */
  public void requireNetwork() throws IOException {
    if (network == null) {
      network = InceptionV3.open(ModelFiles.find(weights, PART).weights(), manager);
    }
  }

  /**
   * Finds or computes the features of a set.
   *
   * @param source the images
   * @param hash their checksum
   * @param batch how many the network sees at a time
   * @param listener called after each batch; not at all if features are found
   * @return the features, which the caller closes
   * @throws IOException if images or weights are damaged, or a file cannot be read or written
   */
  public FeatureSet features(PixelSource source, String hash, int batch, Listener listener)
      throws IOException {
    Optional<Path> place = place(hash);
    if (place.isPresent() && Files.isDirectory(place.get())) {
      return FeatureSet.open(place.get(), source.count());
    }
    requireNetwork();
    Path folder = newFolder();
    try (FeatureExtraction extraction =
        new FeatureExtraction(manager, network, folder, source.count())) {
      source.forEach(
          batch,
          (pixels, images) -> {
            extraction.add(pixels, images, source.height(), source.width());
            listener.done(extraction.done(), source.count());
          });
      extraction.finish();
    }
    return FeatureSet.open(keep(folder, place), source.count());
  }

  /**
   * Takes images that lie nowhere.
   *
   * @param count how many there will be
   * @param height of each
   * @param width of each
   * @return where they go, which the caller closes
   * @throws IOException if the weights are damaged, or a file cannot be written
   */
  public Stream stream(int count, int height, int width) throws IOException {
    requireNetwork();
    Path folder = newFolder();
    FeatureExtraction extraction = new FeatureExtraction(manager, network, folder, count);
    return new PixelStream(
        extraction, height, width, hash -> FeatureSet.open(keep(folder, place(hash)), count));
  }

  private Optional<Path> place(String hash) {
    return kept.map(
        folder ->
            folder.resolve(hash.substring(0, DIGITS) + "-" + weightsHash.substring(0, DIGITS)));
  }

  private Path newFolder() throws IOException {
    Path parent = kept.isPresent() ? kept.get() : Files.createTempDirectory("harmonica-features");
    if (kept.isEmpty()) {
      passing.add(parent);
    }
    Path folder = parent.resolve("unfinished-" + UUID.randomUUID());
    passing.add(folder);
    return folder;
  }

  /** Gives a complete folder its name; one that came first under this name is as good. */
  private Path keep(Path folder, Optional<Path> place) throws IOException {
    if (place.isEmpty() || Files.isDirectory(place.get())) {
      return folder;
    }
    Files.move(folder, place.get(), StandardCopyOption.ATOMIC_MOVE);
    passing.remove(folder);
    return place.get();
  }

  /** Frees the network, and deletes what is not to be kept. */
  @Override
  public void close() throws IOException {
    if (network != null) {
      network.close();
    }
    // The last first: folders lie in those before them.
    for (int i = passing.size() - 1; i >= 0; i--) {
      FeatureSet.delete(passing.get(i));
    }
  }
}
