package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of two branches in plain array operations, whose second one depends on the first. Its
 * condition is a number that is added to every value, one per sample, [n]. It notes how many rows
 * each forward pass had and which branches it computed.
 */
final class ToyDenoiser implements Denoiser {
  final List<Long> rows = new ArrayList<>();
  final List<Integer> computed = new ArrayList<>();

  @Override
  public BranchLayout layout() {
    return new BranchLayout(1, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));
  }

  @Override
  public ComputeCost cost() {
    return new ComputeCost(1, new long[] {2, 3});
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    long n = x.getShape().get(0);
    rows.add(n);
    NDArray first =
        hook.apply(
            0,
            () -> {
              computed.add(0);
              return x.mul((float) (0.2 + timestep / 2000));
            });
    NDArray sum = x.mul(0.5f).add(first);
    NDArray second =
        hook.apply(
            1,
            () -> {
              computed.add(1);
              return sum.tanh();
            });
    NDArray shift = conditioning.singletonOrThrow().reshape(new Shape(n, 1, 1, 1));
    shift.attach(x.getManager());
    return sum.sub(second.mul(0.3f)).add(shift);
  }
}
