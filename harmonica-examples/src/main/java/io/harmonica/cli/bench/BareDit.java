package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.TransformerKernels;
import java.util.Map;

/**
 * Sampling as one would write it without this library: a loop over the kernels with guidance and
 * DDIM in line. No hooks, no plan, no cache. What the library costs is measured against it.
 */
final class BareDit implements AutoCloseable {
  private final DitConfig config;
  private final Map<String, NDArray> weights;
  private final TransformerKernels kernels;
  private final NDManager manager;
  private final NDArray labels;
  private final Guidance guidance;

  BareDit(Subject<RunnableDit> subject) {
    this.config = subject.runnable().model().config();
    this.weights = subject.runnable().model().weights();
    this.manager = subject.manager().newSubManager();
    this.kernels =
        TransformerKernels.compile(
            manager, config.numHeads(), config.patchSize(), config.frequencyShift());
    int[] asked = subject.labels();
    long[] both = new long[2 * asked.length];
    for (int i = 0; i < asked.length; i++) {
      both[i] = asked[i];
      both[asked.length + i] = config.numClasses();
    }
    this.labels = manager.create(both);
    this.guidance = subject.setup(1).guidance();
  }

  float[] sample(NDArray noise, StepSchedule schedule, boolean clip) {
    try (NDManager run = manager.newSubManager()) {
      NDArray x = noise.duplicate();
      x.attach(run);
      for (int step = 0; step < schedule.steps(); step++) {
        try (NDManager scope = run.newSubManager()) {
          NDArray current = x;
          current.attach(scope);
          NDArray eps = guided(forward(current.concat(current, 0), schedule.timestep(step)));
          double now = Math.sqrt(schedule.alphaBar(step));
          double noisy = Math.sqrt(1 - schedule.alphaBar(step));
          NDArray clean = current.sub(eps.mul(noisy)).div(now);
          if (clip) {
            clean = clean.clip(-1, 1);
            eps = current.sub(clean.mul(now)).div(noisy);
          }
          double after = schedule.alphaBarAfter(step);
          x = clean.mul(Math.sqrt(after)).add(eps.mul(Math.sqrt(1 - after)));
          x.attach(run);
        }
      }
      return x.toFloatArray();
    }
  }

  private NDArray guided(NDArray output) {
    long n = output.getShape().get(0) / 2;
    int guidedChannels = guidance.channels();
    NDArray conditional = output.get(new NDIndex(":{}, :{}", n, guidedChannels));
    NDArray unconditional = output.get(new NDIndex("{}:, :{}", n, guidedChannels));
    NDArray mixed = unconditional.add(conditional.sub(unconditional).mul(guidance.scale()));
    return guidedChannels == config.inChannels()
        ? mixed
        : mixed.concat(
            output.get(new NDIndex(":{}, {}:{}", n, guidedChannels, config.inChannels())), 1);
  }

  private NDArray forward(NDArray x, double timestep) {
    NDArray times =
        x.getManager().full(new Shape(x.getShape().get(0)), (float) timestep, DataType.FLOAT32);
    NDArray time = kernels.waves(times, layer("t_embedder.mlp.0"), layer("t_embedder.mlp.2"));
    NDArray c = kernels.addLabels(time, labels, weights.get("y_embedder.embedding_table.weight"));
    NDArray tokens = kernels.embed(x, layer("x_embedder.proj"), weights.get("pos_embed"));
    for (int block = 0; block < config.depth(); block++) {
      tokens = block(tokens, c, "blocks." + block + ".");
    }
    NDArray rows = kernels.modulation(c, layer("final_layer.adaLN_modulation.1"));
    NDArray image = kernels.image(tokens, rows, layer("final_layer.linear"), x);
    new NDList(times, time, c, tokens, rows).close();
    return image;
  }

  private NDArray block(NDArray x, NDArray c, String prefix) {
    NDArray rows = kernels.modulation(c, layer(prefix + "adaLN_modulation.1"));
    NDArray attention =
        kernels.attention(x, rows, layer(prefix + "attn.qkv"), layer(prefix + "attn.proj"));
    NDArray attended = kernels.addAttention(x, rows, attention);
    NDArray feedForward =
        kernels.feedForward(attended, rows, layer(prefix + "mlp.fc1"), layer(prefix + "mlp.fc2"));
    NDArray out = kernels.addFeedForward(attended, rows, feedForward);
    rows.close();
    return out;
  }

  private Layer layer(String name) {
    return Layer.of(weights, name);
  }

  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
