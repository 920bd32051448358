package io.harmonica.cli.fashion;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import io.harmonica.dit.RunnableDit;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.pipeline.ClassNames;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The small DiT of Fashion-MNIST that the examples ship. It works on pixels. */
public final class BundledDit {
  private static final String WEIGHTS = "/io/harmonica/cli/fashion/dit.safetensors";
  private static final String NAME = "bundled Fashion-MNIST DiT";
  private static final String CONFIG = "config";

  private BundledDit() {}

  /**
   * Opens a pipeline of the model, in float32.
   *
   * @param device where to compute
   * @return the pipeline, which the caller closes
   * @throws IOException if the resource is damaged
   */
  public static DiffusionPipeline pipeline(Device device) throws IOException {
    return pipeline(PipelineOptions.defaults().device(device));
  }

  /**
   * Opens a pipeline of the model.
   *
   * @param options device and precision
   * @return the pipeline, which the caller closes
   * @throws IOException if the resource is damaged
   */
  public static DiffusionPipeline pipeline(PipelineOptions options) throws IOException {
    return DiffusionPipeline.open((manager, how) -> open(manager, how.precision()), options);
  }

  /**
   * Opens the model alone.
   *
   * @param manager owns the weights
   * @param precision what its matrices are multiplied in
   * @return the model; the caller closes it
   * @throws IOException if the resource is damaged
   */
  public static RunnableDit open(NDManager manager, Precision precision) throws IOException {
    byte[] bytes;
    try (InputStream in = BundledDit.class.getResourceAsStream(WEIGHTS)) {
      if (in == null) {
        throw new IOException(
            "the bundled model is not on the class path; build the examples anew");
      }
      bytes = in.readAllBytes();
    }
    try (SafetensorsFile source = SafetensorsFile.of(NAME, ByteBuffer.wrap(bytes));
        PrecisionCast cast = new PrecisionCast(manager, precision)) {
      String json = source.metadata().get(CONFIG);
      DitConfig config = DitConfig.fromJson(json);
      return new RunnableDit(
          NAME,
          Hashes.of(bytes),
          new DitModel(manager, config, DitWeights.load(manager, config, source, cast)),
          DiffusionConfig.fromJson(json, config),
          precision,
          ClassNames.of(FashionMnist.CLASSES.stream().map(List::of).toList()),
          Optional.empty());
    }
  }
}
