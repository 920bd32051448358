package io.harmonica.uvit;

import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** A U-ViT in plain loops over doubles, for one sample: slow, and nothing shared with the other. */
final class PlainUvit {
  private final UvitConfig config;
  private final TensorSource weights;

  PlainUvit(UvitConfig config, TensorSource weights) {
    this.config = config;
    this.weights = weights;
  }

  /** The noise in a sample [C x H x W]. */
  double[] predict(float[] x, double time, int label) throws IOException {
    int d = config.embedDim();
    int p = config.patchSize();
    int grid = config.grid();
    int size = config.imgSize();
    double[][] tokens = new double[2 + grid * grid][];
    float[] table = weights.readFloats("label_emb.weight");
    tokens[0] = new double[d];
    for (int i = 0; i < d; i++) {
      tokens[0][i] = table[label * d + i];
    }
    tokens[1] = time(time);
    for (int token = 0; token < grid * grid; token++) {
      double[] patch = new double[config.inChans() * p * p];
      for (int i = 0; i < patch.length; i++) {
        int row = token / grid * p + i / p % p;
        int column = token % grid * p + i % p;
        patch[i] = x[(i / (p * p) * size + row) * size + column];
      }
      tokens[2 + token] = linear(patch, "patch_embed.proj", true);
    }
    float[] position = weights.readFloats("pos_embed");
    for (int token = 0; token < tokens.length; token++) {
      for (int i = 0; i < d; i++) {
        tokens[token][i] += position[token * d + i];
      }
    }
    double[][] out = blocks(tokens);
    double[] image = new double[x.length];
    for (int token = 0; token < grid * grid; token++) {
      double[] patch = linear(norm(out[2 + token], "norm"), "decoder_pred", true);
      for (int i = 0; i < patch.length; i++) {
        int channel = i % config.inChans();
        int place = i / config.inChans();
        int row = token / grid * p + place / p;
        int column = token % grid * p + place % p;
        image[(channel * size + row) * size + column] = patch[i];
      }
    }
    return config.conv() ? convolve(image) : image;
  }

  private double[] time(double time) throws IOException {
    int half = config.embedDim() / 2;
    double[] waves = new double[2 * half];
    for (int i = 0; i < half; i++) {
      double angle = time * Math.exp(-Math.log(10_000) * i / half);
      waves[i] = Math.cos(angle);
      waves[half + i] = Math.sin(angle);
    }
    if (!config.mlpTimeEmbed()) {
      return waves;
    }
    double[] inner = linear(waves, "time_embed.0", true);
    for (int i = 0; i < inner.length; i++) {
      inner[i] /= 1 + Math.exp(-inner[i]);
    }
    return linear(inner, "time_embed.2", true);
  }

  private double[][] blocks(double[][] tokens) throws IOException {
    Deque<double[][]> skips = new ArrayDeque<>();
    int half = config.depth() / 2;
    double[][] x = tokens;
    for (int i = 0; i < half; i++) {
      x = block(x, "in_blocks." + i + ".");
      skips.push(x);
    }
    x = block(x, "mid_block.");
    for (int i = 0; i < half; i++) {
      double[][] earlier = skips.pop();
      double[][] joined = new double[x.length][];
      for (int token = 0; token < x.length; token++) {
        double[] both = new double[2 * config.embedDim()];
        System.arraycopy(x[token], 0, both, 0, config.embedDim());
        System.arraycopy(earlier[token], 0, both, config.embedDim(), config.embedDim());
        joined[token] = linear(both, "out_blocks." + i + ".skip_linear", true);
      }
      x = block(joined, "out_blocks." + i + ".");
    }
    return x;
  }

  private double[][] block(double[][] x, String prefix) throws IOException {
    double[][] attention = attention(x, prefix);
    double[][] out = new double[x.length][];
    for (int token = 0; token < x.length; token++) {
      double[] attended = sum(x[token], attention[token]);
      double[] inner = linear(norm(attended, prefix + "norm2"), prefix + "mlp.fc1", true);
      for (int i = 0; i < inner.length; i++) {
        inner[i] *= (1 + erf(inner[i] / Math.sqrt(2))) / 2;
      }
      out[token] = sum(attended, linear(inner, prefix + "mlp.fc2", true));
    }
    return out;
  }

  private double[][] attention(double[][] x, String prefix) throws IOException {
    int d = config.embedDim();
    int width = d / config.numHeads();
    double[][] qkv = new double[x.length][];
    for (int token = 0; token < x.length; token++) {
      double[] h = norm(x[token], prefix + "norm1");
      qkv[token] = linear(h, prefix + "attn.qkv", config.qkvBias());
    }
    double[][] out = new double[x.length][];
    for (int token = 0; token < x.length; token++) {
      double[] mixed = new double[d];
      for (int from = 0; from < d; from += width) {
        double[] shares = new double[x.length];
        double total = 0;
        for (int other = 0; other < x.length; other++) {
          double score = 0;
          for (int i = from; i < from + width; i++) {
            score += qkv[token][i] * qkv[other][d + i];
          }
          shares[other] = Math.exp(score / Math.sqrt(width));
          total += shares[other];
        }
        for (int other = 0; other < x.length; other++) {
          for (int i = from; i < from + width; i++) {
            mixed[i] += shares[other] / total * qkv[other][2 * d + i];
          }
        }
      }
      out[token] = linear(mixed, prefix + "attn.proj", true);
    }
    return out;
  }

  private static double[] sum(double[] one, double[] other) {
    double[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private double[] linear(double[] x, String name, boolean biased) throws IOException {
    float[] weight = weights.readFloats(name + ".weight");
    double[] y = new double[weight.length / x.length];
    float[] bias = biased ? weights.readFloats(name + ".bias") : new float[y.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias[i];
      for (int j = 0; j < x.length; j++) {
        y[i] += weight[i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private double[] norm(double[] x, String name) throws IOException {
    float[] weight = weights.readFloats(name + ".weight");
    float[] bias = weights.readFloats(name + ".bias");
    double mean = 0;
    double square = 0;
    for (double value : x) {
      mean += value / x.length;
      square += value * value / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(square - mean * mean + 1e-5) * weight[i] + bias[i];
    }
    return y;
  }

  private double[] convolve(double[] image) throws IOException {
    float[] weight = weights.readFloats("final_layer.weight");
    float[] bias = weights.readFloats("final_layer.bias");
    int size = config.imgSize();
    double[] out = new double[image.length];
    for (int i = 0; i < out.length; i++) {
      int channel = i / (size * size);
      out[i] = bias[channel];
      for (int j = 0; j < config.inChans() * 9; j++) {
        int row = i / size % size + j / 3 % 3 - 1;
        int column = i % size + j % 3 - 1;
        if (row >= 0 && row < size && column >= 0 && column < size) {
          double factor = weight[channel * config.inChans() * 9 + j];
          out[i] += factor * image[(j / 9 * size + row) * size + column];
        }
      }
    }
    return out;
  }

  /** By its series, which converges fast for the small values here. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
