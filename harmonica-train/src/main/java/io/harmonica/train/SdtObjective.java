package io.harmonica.train;

/**
 * The loss of a step: lambda(t) mean((teacher - student)^2) + beta sum(r).
 *
 * @param lambda the image error proxy's weight of each step, [T]
 * @param beta the price of computing a branch
 * @param threshold tau: r above it computes
 * @param rule how the student runs
 */
@SuppressWarnings("ArrayRecordComponent") // made anew for each trajectory, never compared
record SdtObjective(float[] lambda, double beta, double threshold, StudentRule rule) {

  double loss(int step, double error, float[] logits) {
    double sum = 0;
    for (float logit : logits) {
      sum += 1 / (1 + Math.exp(-logit));
    }
    return lambda[step] * error + beta * sum;
  }
}
