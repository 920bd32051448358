package io.harmonica.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store: what it holds, what it owns, and what it counts. */
final class FeatureCacheTest {
  private NDManager manager;
  private FeatureCache cache;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    cache = new FeatureCache(manager, 3);
  }

  @AfterEach
  void close() {
    cache.close();
    manager.close();
  }

  private NDArray floats(int count) {
    return manager.ones(new Shape(count));
  }

  @Test
  void bytesAreThoseOfWhatIsStored() {
    assertThat(cache.bytes()).isZero();
    cache.put(0, floats(6));
    assertThat(cache.bytes()).isEqualTo(24);
    cache.put(2, manager.ones(new Shape(2, 5), DataType.FLOAT64));
    assertThat(cache.bytes()).isEqualTo(104);
    cache.put(2, floats(1));
    assertThat(cache.bytes()).isEqualTo(28);
    cache.release(0, manager);
    assertThat(cache.bytes()).isEqualTo(4);
    assertThat(cache.peakBytes()).isEqualTo(104);
  }

  @Test
  void putReplacesAndFreesWhatWasThere() {
    NDArray old = floats(2);
    NDArray other = floats(2);
    NDArray fresh = floats(2);
    cache.put(1, old);
    cache.put(0, other);
    cache.put(1, fresh);
    assertThat(old.isReleased()).isTrue();
    assertThat(other.isReleased()).isFalse();
    assertThat(cache.get(1)).isSameAs(fresh);
  }

  @Test
  void storedFeaturesOutliveTheirStep() {
    NDArray feature;
    try (NDManager step = manager.newSubManager()) {
      feature = step.ones(new Shape(2));
      cache.put(0, feature);
    }
    assertThat(feature.isReleased()).isFalse();
    assertThat(cache.get(0).toFloatArray()).containsExactly(1, 1);
  }

  @Test
  void releasedFeatureBelongsToItsNewOwner() {
    NDArray feature = floats(2);
    cache.put(1, feature);
    try (NDManager step = manager.newSubManager()) {
      assertThat(cache.release(1, step)).isSameAs(feature);
      assertThat(cache.contains(1)).isFalse();
      assertThat(feature.isReleased()).isFalse();
    }
    assertThat(feature.isReleased()).isTrue();
  }

  @Test
  void absentFeaturesAreAnError() {
    assertThat(cache.contains(2)).isFalse();
    assertThatThrownBy(() -> cache.get(2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("branch 2");
    assertThatThrownBy(() -> cache.release(2, manager)).isInstanceOf(IllegalStateException.class);
    cache.put(2, floats(1));
    cache.release(2, manager);
    assertThatThrownBy(() -> cache.get(2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void forkIsIndependent() {
    cache.put(0, manager.create(new float[] {1, 2}));
    try (FeatureCache fork = cache.fork(manager)) {
      assertThat(fork.bytes()).isEqualTo(8);
      assertThat(fork.contains(1)).isFalse();
      fork.get(0).addi(1);
      fork.put(1, floats(1));
      assertThat(cache.get(0).toFloatArray()).containsExactly(1, 2);
      assertThat(cache.contains(1)).isFalse();
      cache.put(0, floats(3));
      assertThat(fork.get(0).toFloatArray()).containsExactly(2, 3);
      assertThat(fork.bytes()).isEqualTo(12);
    }
    assertThat(cache.get(0).toFloatArray()).containsExactly(1, 1, 1);
  }

  @Test
  void closeFreesAll() {
    NDArray one = floats(1);
    NDArray two = floats(1);
    cache.put(0, one);
    cache.put(2, two);
    cache.close();
    assertThat(one.isReleased()).isTrue();
    assertThat(two.isReleased()).isTrue();
    assertThat(cache.bytes()).isZero();
    assertThat(cache.contains(0)).isFalse();
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
