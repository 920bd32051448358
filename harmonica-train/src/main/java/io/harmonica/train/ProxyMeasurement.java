package io.harmonica.train;

import java.io.Serializable;
import java.util.List;

/**
 * What one measurement of the image error proxy found.
 *
 * @param imageError by step: mean squared difference of x_0 that caching at this step causes, [T],
 *     the first is 0
 * @param stepError by step: mean squared difference between the routed and the full guided output
 *     at the same x_t, [T], the first is 0
 * @param forwards how many guided forward passes it took
 * @serial exclude
 */
@SuppressWarnings({"ArrayRecordComponent", "InvalidBlockTag"}) // a bare carrier, read at once
public record ProxyMeasurement(float[] imageError, float[] stepError, int forwards)
    implements Serializable {

  /** The means over the parts of a batch, in their order. */
  static ProxyMeasurement mean(List<ProxyMeasurement> parts) {
    return new ProxyMeasurement(
        Means.of(parts, ProxyMeasurement::imageError),
        Means.of(parts, ProxyMeasurement::stepError),
        parts.stream().mapToInt(ProxyMeasurement::forwards).sum());
  }

  /** A measurement that found nothing, for rules that need none. */
  static ProxyMeasurement none(int steps) {
    return new ProxyMeasurement(new float[steps], new float[steps], 0);
  }
}
