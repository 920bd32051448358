package io.harmonica.clip;

import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/**
 * The equations of CLIP once more, number by number in double precision: a second method to check
 * the first one by. Vectors are rows; nothing is batched.
 */
final class PlainClip {
  private final ClipConfig config;
  private final Map<String, float[]> weights = new TreeMap<>();

  PlainClip(ClipConfig config, TensorSource source) throws IOException {
    this.config = config;
    for (String name : source.names()) {
      weights.put(name, source.readFloats(name));
    }
  }

  /** The direction of a text. */
  double[] text(int... tokens) {
    int d = config.text().width();
    double[][] x = new double[tokens.length][d];
    for (int i = 0; i < tokens.length; i++) {
      for (int j = 0; j < d; j++) {
        x[i][j] =
            (double) weight("text_model.embeddings.token_embedding.weight")[tokens[i] * d + j]
                + weight("text_model.embeddings.position_embedding.weight")[i * d + j];
      }
    }
    x = blocks(x, "text_model", config.text(), true);
    double[] last = norm(x[tokens.length - 1], "text_model.final_layer_norm");
    return unit(times(last, "text_projection.weight"));
  }

  /** The direction of an image of the right size, [S, S, 3] from 0 to 255. */
  double[] image(byte... pixels) {
    int d = config.image().width();
    int patch = config.patchSize();
    int side = config.imageSize() / patch;
    float[] places = weight("vision_model.embeddings.position_embedding.weight");
    double[][] x = new double[1 + side * side][d];
    for (int token = 0; token < x.length; token++) {
      for (int j = 0; j < d; j++) {
        double sum =
            token == 0
                ? weight("vision_model.embeddings.class_embedding")[j]
                : patch((token - 1) / side * patch, (token - 1) % side * patch, j, pixels);
        x[token][j] = sum + places[token * d + j];
      }
      x[token] = norm(x[token], "vision_model.pre_layrnorm");
    }
    x = blocks(x, "vision_model", config.image(), false);
    double[] first = norm(x[0], "vision_model.post_layernorm");
    return unit(times(first, "visual_projection.weight"));
  }

  private double patch(int top, int left, int out, byte... pixels) {
    double[] mean = {0.48145466, 0.4578275, 0.40821073};
    double[] deviation = {0.26862954, 0.26130258, 0.27577711};
    float[] kernel = weight("vision_model.embeddings.patch_embedding.weight");
    int patch = config.patchSize();
    double sum = 0;
    for (int row = 0; row < patch; row++) {
      for (int column = 0; column < patch; column++) {
        for (int colour = 0; colour < 3; colour++) {
          int at = ((top + row) * config.imageSize() + left + column) * 3 + colour;
          double value = ((pixels[at] & 0xff) / 255.0 - mean[colour]) / deviation[colour];
          sum += value * kernel[((out * 3 + colour) * patch + row) * patch + column];
        }
      }
    }
    return sum;
  }

  private double[][] blocks(double[][] start, String model, ClipTower tower, boolean causal) {
    double[][] x = start;
    DoubleUnaryOperator activation =
        tower.quick() ? h -> h / (1 + Math.exp(-1.702 * h)) : PlainClip::gelu;
    for (int layer = 0; layer < tower.layers(); layer++) {
      String prefix = model + ".encoder.layers." + layer;
      x = attention(x, prefix, tower.heads(), causal);
      for (int i = 0; i < x.length; i++) {
        double[] inner = linear(norm(x[i], prefix + ".layer_norm2"), prefix + ".mlp.fc1");
        for (int j = 0; j < inner.length; j++) {
          inner[j] = activation.applyAsDouble(inner[j]);
        }
        add(x[i], linear(inner, prefix + ".mlp.fc2"));
      }
    }
    return x;
  }

  private double[][] attention(double[][] x, String prefix, int heads, boolean causal) {
    int n = x.length;
    int d = x[0].length;
    int each = d / heads;
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    double[][] v = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] h = norm(x[i], prefix + ".layer_norm1");
      q[i] = linear(h, prefix + ".self_attn.q_proj");
      k[i] = linear(h, prefix + ".self_attn.k_proj");
      v[i] = linear(h, prefix + ".self_attn.v_proj");
    }
    double[][] result = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] mixed = new double[d];
      for (int head = 0; head < heads; head++) {
        double[] odds = new double[causal ? i + 1 : n];
        double all = 0;
        for (int other = 0; other < odds.length; other++) {
          double score = 0;
          for (int c = head * each; c < (head + 1) * each; c++) {
            score += q[i][c] * k[other][c];
          }
          odds[other] = Math.exp(score / Math.sqrt(each));
          all += odds[other];
        }
        for (int other = 0; other < odds.length; other++) {
          for (int c = head * each; c < (head + 1) * each; c++) {
            mixed[c] += odds[other] / all * v[other][c];
          }
        }
      }
      result[i] = x[i].clone();
      add(result[i], linear(mixed, prefix + ".self_attn.out_proj"));
    }
    return result;
  }

  /** By the definition, x times the normal distribution up to x, summed as a series. */
  private static double gelu(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return x * (0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
  }

  private double[] norm(double[] x, String name) {
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] out = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      out[j] =
          (x[j] - mean) / Math.sqrt(variance + 1e-5) * weight(name + ".weight")[j]
              + weight(name + ".bias")[j];
    }
    return out;
  }

  private double[] linear(double[] x, String name) {
    double[] out = times(x, name + ".weight");
    for (int i = 0; i < out.length; i++) {
      out[i] += weight(name + ".bias")[i];
    }
    return out;
  }

  private double[] times(double[] x, String name) {
    float[] matrix = weight(name);
    double[] out = new double[matrix.length / x.length];
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < x.length; j++) {
        out[i] += matrix[i * x.length + j] * x[j];
      }
    }
    return out;
  }

  private static void add(double[] x, double... more) {
    for (int j = 0; j < x.length; j++) {
      x[j] += more[j];
    }
  }

  private static double[] unit(double... x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    for (int j = 0; j < x.length; j++) {
      x[j] /= Math.sqrt(squares);
    }
    return x;
  }

  private float[] weight(String name) {
    return weights.get(name);
  }
}
