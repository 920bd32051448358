package io.harmonica.pipeline;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many samples to run at once. */
final class BatchSize {
  /** Beyond it nothing gets faster, not even on the largest devices. */
  private static final int MOST = 64;

  /** The features that a forward pass holds at its widest place, in a feed-forward of ratio 4. */
  private static final int LIVE_FEATURES = 10;

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  private BatchSize() {}

  /**
   * Chooses a batch that takes at most half of the memory that is free, or the usual one if the
   * model does not say how large its features are.
   *
   * @param device where it runs
   * @param setup the run
   * @param plan what will be cached
   * @param featureSize values that one branch puts out for one sample, 0 if unknown
   * @return from 1 to 64 samples
   * @throws IOException if the memory that is free cannot be told
   */
  static int fitting(Device device, SamplingSetup setup, CachePlan plan, long featureSize)
      throws IOException {
    if (featureSize == 0) {
      return ImageRequest.USUAL_BATCH;
    }
    long rows = setup.guidance().active() ? 2 : 1;
    long features = LIVE_FEATURES + (long) plan.lifetimes().peak();
    return of(free(device), rows * features * featureSize * Float.BYTES);
  }

  /**
   * Chooses a batch.
   *
   * @param free bytes that nobody uses
   * @param each bytes that a sample takes
   * @return from 1 to 64 samples
   */
  static int of(long free, long each) {
    return (int) Math.max(1, Math.min(MOST, free / 2 / each));
  }

  private static long free(Device device) throws IOException {
    if (device.isGpu()) {
      // What the engine keeps of earlier batches is free to take, but counts as taken.
      JniUtils.emptyCudaCache();
      MemoryUsage memory = CudaUtils.getGpuMemory(device);
      return memory.getMax() - memory.getCommitted();
    }
    if (Files.isReadable(MEMORY)) {
      // What the system caches of files is free to take.
      for (String line : Files.readAllLines(MEMORY)) {
        if (line.startsWith(AVAILABLE)) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getFreeMemorySize();
  }
}
