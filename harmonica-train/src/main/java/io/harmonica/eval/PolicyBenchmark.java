package io.harmonica.eval;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import io.harmonica.policy.FullPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs every candidate from the same noise on the same model and measures what each one saves and
 * what it costs.
 *
 * <p>Batch by batch, the run without a cache comes first and then all candidates, each batch
 * beginning with another one, so that all meet the same machine; speed-ups are ratios within a
 * batch. A warm-up comes before. Trajectories are kept for one batch only.
 */
public final class PolicyBenchmark {
  private final BenchmarkSubject subject;
  private final BenchmarkSettings settings;
  private final List<Candidate> candidates = new ArrayList<>();

  /**
   * Prepares a comparison.
   *
   * @param subject what the candidates run on
   * @param settings how
   * @param entries the candidates beside the run without a cache, which always runs
   * @throws IllegalArgumentException if two have the same name or one has a plan for another model
   */
  public PolicyBenchmark(
      BenchmarkSubject subject, BenchmarkSettings settings, List<Candidate> entries) {
    this.subject = subject;
    this.settings = settings;
    SamplingSetup setup = subject.setup();
    BranchLayout layout = setup.layout();
    if (setup.steps() != settings.steps()) {
      throw new IllegalArgumentException(
          "the benchmark has %d steps, the setup %d".formatted(settings.steps(), setup.steps()));
    }
    candidates.add(Candidate.of(new FullPolicy(), setup));
    candidates.addAll(entries);
    Set<String> names = new HashSet<>();
    for (Candidate candidate : candidates) {
      if (!names.add(candidate.name())) {
        throw new IllegalArgumentException(
            "two candidates are called \"" + candidate.name() + "\"; give each a name of its own");
      }
      if (candidate.plan().branches() != layout.branches()) {
        throw new IllegalArgumentException(
            "the plan of %s has %d branches, the model %d"
                .formatted(candidate.name(), candidate.plan().branches(), layout.branches()));
      }
      // Refuses a number of steps that the sampler does not know before anything has run.
      setup.samplers().make(candidate.steps(), settings.seed());
    }
  }

  /**
   * Runs the comparison. Same seed, same results but for the times.
   *
   * @param manager its device computes; everything made under it is freed
   * @param listener watches
   * @return one result for each candidate, the run without a cache first
   */
  public List<CandidateResult> run(NDManager manager, BenchmarkListener listener) {
    List<List<CandidateBatch>> batches = new ArrayList<>();
    warmUp(manager);
    for (int number = 0; number < settings.batches(); number++) {
      batches.add(batch(manager, number, listener));
      listener.afterBatch(settings.last(number));
    }
    return results(batches);
  }

  /**
   * Runs every candidate once: the engine specialises its kernels in their first runs, and nobody's
   * time is to hold that.
   *
   * @param manager its device computes; everything made under it is freed
   */
  public void warmUp(NDManager manager) {
    int last = settings.last(0);
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser model = bind(scope, 0, last)) {
      sample(scope, model, candidates.get(0), 0, last);
      for (Candidate candidate : candidates) {
        sample(scope, model, candidate, 0, last);
      }
    }
  }

  /**
   * Runs one batch, for who spreads them. Which process runs it makes no difference but for times.
   *
   * @param manager its device computes; everything made under it is freed
   * @param number which batch, from 0
   * @param listener sees the samples
   * @return what was measured of each candidate, the run without a cache first
   * @throws IllegalArgumentException if a sample is not finite
   */
  public List<CandidateBatch> batch(NDManager manager, int number, BenchmarkListener listener) {
    int first = number * settings.batch();
    int last = settings.last(number);
    CandidateBatch[] measured = new CandidateBatch[candidates.size()];
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser model = bind(scope, first, last)) {
      TrackedBatch reference = sample(scope, model, candidates.get(0), first, last);
      measured[0] = CandidateBatch.of(candidates.get(0).name(), first, reference, reference);
      listener.afterSamples(0, first, reference.samples(), reference.samples());
      int others = candidates.size() - 1;
      for (int i = 0; i < others; i++) {
        int candidate = 1 + (i + number) % others;
        TrackedBatch batch = sample(scope, model, candidates.get(candidate), first, last);
        measured[candidate] =
            CandidateBatch.of(candidates.get(candidate).name(), first, batch, reference);
        listener.afterSamples(candidate, first, batch.samples(), reference.samples());
      }
    }
    return List.of(measured);
  }

  /**
   * Puts batches together.
   *
   * @param batches what each of them measured, in their order
   * @return one result for each candidate, the run without a cache first
   */
  public List<CandidateResult> results(List<List<CandidateBatch>> batches) {
    List<CandidateTally> tallies =
        candidates.stream().map(candidate -> new CandidateTally(candidate, settings)).toList();
    for (List<CandidateBatch> batch : batches) {
      for (int i = 0; i < tallies.size(); i++) {
        tallies.get(i).add(batch.get(i));
      }
    }
    ComputeCost cost = subject.setup().cost();
    return tallies.stream().map(tally -> tally.result(tallies.get(0), cost)).toList();
  }

  private GuidedDenoiser bind(NDManager owner, int first, int last) {
    return new GuidedDenoiser(
        owner,
        subject.setup().denoiser(),
        subject.requests().conditioning(owner, first, last),
        subject.setup().guidance());
  }

  private TrackedBatch sample(
      NDManager manager, GuidedDenoiser model, Candidate candidate, int first, int last) {
    int size = Math.toIntExact(subject.setup().sample().size());
    // A stochastic sampler's noise is the same for all candidates and another one in each batch.
    long seed = RandomStream.batchSeed(settings.seed(), first);
    Sampler sampler = subject.setup().samplers().make(candidate.steps(), seed);
    float[][] noise = Noise.ofSamples(settings.seed(), first, last - first, size);
    return TrackedBatch.run(
        manager, model, sampler, candidate.plan(), noise, subject.setup().sample());
  }
}
