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
 * Runs every contender from the same noise on the same model and measures what each one saves and
 * what it costs.
 *
 * <p>Batch by batch, the run without a cache comes first and then all contenders, each batch
 * beginning with another one, so that all meet the same machine; speed-ups are ratios within a
 * batch. A warm-up comes before. Trajectories are kept for one batch only.
 */
public final class PolicyBenchmark {
  private final BenchmarkSubject subject;
  private final BenchmarkSettings settings;
  private final List<Contender> contenders = new ArrayList<>();

  /**
   * Prepares a comparison.
   *
   * @param subject what the contenders run on
   * @param settings how
   * @param entries the contenders beside the run without a cache, which always runs
   * @throws IllegalArgumentException if two have the same name or one has a plan for another model
   */
  public PolicyBenchmark(
      BenchmarkSubject subject, BenchmarkSettings settings, List<Contender> entries) {
    this.subject = subject;
    this.settings = settings;
    SamplingSetup setup = subject.setup();
    BranchLayout layout = setup.layout();
    if (setup.steps() != settings.steps()) {
      throw new IllegalArgumentException(
          "the benchmark has %d steps, the setup %d".formatted(settings.steps(), setup.steps()));
    }
    contenders.add(Contender.of(new FullPolicy(), setup));
    contenders.addAll(entries);
    Set<String> names = new HashSet<>();
    for (Contender contender : contenders) {
      if (!names.add(contender.name())) {
        throw new IllegalArgumentException(
            "two contenders are called \"" + contender.name() + "\"; give each a name of its own");
      }
      if (contender.plan().branches() != layout.branches()) {
        throw new IllegalArgumentException(
            "the plan of %s has %d branches, the model %d"
                .formatted(contender.name(), contender.plan().branches(), layout.branches()));
      }
      // Refuses a number of steps that the sampler does not know before anything has run.
      setup.samplers().make(contender.steps(), settings.seed());
    }
  }

  /**
   * Runs the comparison. Same seed, same results but for the times.
   *
   * @param manager its device computes; everything made under it is freed
   * @param listener watches
   * @return one result for each contender, the run without a cache first
   */
  public List<ContenderResult> run(NDManager manager, BenchmarkListener listener) {
    List<ContenderTally> tallies =
        contenders.stream().map(contender -> new ContenderTally(contender, settings)).toList();
    warmUp(manager);
    for (int first = 0; first < settings.samples(); first += settings.batch()) {
      int last = Math.min(settings.samples(), first + settings.batch());
      runBatch(manager, first, last, tallies, listener);
      listener.afterBatch(last);
    }
    ComputeCost cost = subject.setup().cost();
    return tallies.stream().map(tally -> tally.result(tallies.get(0), cost)).toList();
  }

  /** The engine specialises its kernels in their first runs; nobody's time is to hold that. */
  private void warmUp(NDManager manager) {
    int last = Math.min(settings.samples(), settings.batch());
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser model = bind(scope, 0, last)) {
      sample(scope, model, contenders.get(0), 0, last);
      for (Contender contender : contenders) {
        sample(scope, model, contender, 0, last);
      }
    }
  }

  private void runBatch(
      NDManager manager,
      int first,
      int last,
      List<ContenderTally> tallies,
      BenchmarkListener listener) {
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser model = bind(scope, first, last)) {
      TrackedBatch reference = sample(scope, model, contenders.get(0), first, last);
      tallies.get(0).add(reference, reference);
      listener.afterSamples(0, first, reference.samples(), reference.samples());
      int others = contenders.size() - 1;
      for (int i = 0; i < others; i++) {
        int number = 1 + (i + first / settings.batch()) % others;
        TrackedBatch batch = sample(scope, model, contenders.get(number), first, last);
        tallies.get(number).add(batch, reference);
        listener.afterSamples(number, first, batch.samples(), reference.samples());
      }
    }
  }

  private GuidedDenoiser bind(NDManager owner, int first, int last) {
    return new GuidedDenoiser(
        owner,
        subject.setup().denoiser(),
        subject.requests().conditioning(owner, first, last),
        subject.setup().guidance());
  }

  private TrackedBatch sample(
      NDManager manager, GuidedDenoiser model, Contender contender, int first, int last) {
    int size = Math.toIntExact(subject.setup().sample().size());
    // A stochastic sampler's noise is the same for all contenders and another one in each batch.
    long seed = RandomStream.batchSeed(settings.seed(), first);
    Sampler sampler = subject.setup().samplers().make(contender.steps(), seed);
    float[][] noise = Noise.ofSamples(settings.seed(), first, last - first, size);
    return TrackedBatch.run(
        manager, model, sampler, contender.plan(), noise, subject.setup().sample());
  }
}
