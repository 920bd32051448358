import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.eval.FeatureStatistics;
import io.harmonica.eval.FrechetDistance;

/** Touches all that a consumer's natives have to bring: the engine's and the statistics'. */
public final class Consumer {
  public static void main(String[] args) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        NDArray ones = manager.ones(new Shape(2, 3), DataType.FLOAT32);
        NDArray product = ones.matMul(ones.transpose())) {
      System.out.println("engine " + Engine.getEngine("PyTorch").getVersion() + ", product " + product.getFloat(1, 1));
    }
    float[][] a = {{0, 1}, {1, 0}, {2, 2}, {3, 1}};
    float[][] b = {{1, 1}, {2, 0}, {3, 2}, {4, 1}};
    double distance = FrechetDistance.between(FeatureStatistics.of(a), FeatureStatistics.of(b));
    System.out.printf("statistics, distance of sets one apart %.3f%n", distance);
    if (Math.abs(distance - 1) > 1e-6) {
      throw new AssertionError(distance);
    }
  }
}
