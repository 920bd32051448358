package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/**
 * The block-level store: the last cached output of every branch, each at most once. It owns what it
 * holds, counts its bytes, and lives for one trajectory. Not thread-safe.
 */
public final class FeatureCache implements AutoCloseable {
  private final NDManager manager;
  private final NDArray[] features;
  private long bytes;
  private long peakBytes;

  /**
   * Creates an empty cache.
   *
   * @param parent the manager under which the cache keeps its own
   * @param branches number of branches
   */
  public FeatureCache(NDManager parent, int branches) {
    this.manager = parent.newSubManager();
    this.features = new NDArray[branches];
  }

  /**
   * Stores a branch's output and frees what was stored before. The cache owns the array from now
   * on.
   *
   * @param branch the flat branch index
   * @param feature the output, detached from any graph
   */
  public void put(int branch, NDArray feature) {
    NDArray old = features[branch];
    feature.attach(manager);
    features[branch] = feature;
    bytes += size(feature);
    if (old != null) {
      bytes -= size(old);
      old.close();
    }
    peakBytes = Math.max(peakBytes, bytes);
  }

  /**
   * Returns what is stored for a branch.
   *
   * @param branch the flat branch index
   * @return the output; the cache keeps owning it
   * @throws IllegalStateException if nothing is stored
   */
  public NDArray get(int branch) {
    NDArray feature = features[branch];
    if (feature == null) {
      throw new IllegalStateException(
          "branch " + branch + " is to be reused but the cache holds nothing for it");
    }
    return feature;
  }

  /**
   * Tells whether something is stored for a branch.
   *
   * @param branch the flat branch index
   * @return true if {@link #get} would succeed
   */
  public boolean contains(int branch) {
    return features[branch] != null;
  }

  /**
   * Takes a branch's output out of the cache and hands it to another manager.
   *
   * @param branch the flat branch index
   * @param owner the manager that owns the array from now on
   * @return the output
   * @throws IllegalStateException if nothing is stored
   */
  public NDArray release(int branch, NDManager owner) {
    NDArray feature = get(branch);
    features[branch] = null;
    bytes -= size(feature);
    feature.attach(owner);
    return feature;
  }

  /**
   * Copies the cache, for runs that share their first steps.
   *
   * @param parent the manager under which the copy keeps its own
   * @return an independent cache with equal contents; the caller closes it
   */
  public FeatureCache fork(NDManager parent) {
    FeatureCache copy = new FeatureCache(parent, features.length);
    for (int branch = 0; branch < features.length; branch++) {
      if (features[branch] != null) {
        copy.put(branch, features[branch].duplicate());
      }
    }
    return copy;
  }

  /**
   * Returns the size of what is stored now.
   *
   * @return bytes
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns the largest size that the cache ever had.
   *
   * @return bytes
   */
  public long peakBytes() {
    return peakBytes;
  }

  private static long size(NDArray feature) {
    return feature.size() * feature.getDataType().getNumOfBytes();
  }

  /** Frees everything that is stored. */
  @Override
  public void close() {
    Arrays.fill(features, null);
    bytes = 0;
    manager.close();
  }
}
