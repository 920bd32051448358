package io.harmonica.cli.recipe;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.search.PlanSearchListener;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import io.harmonica.train.TrainingListener;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.Optional;

/** A way to make a router for a run. */
public interface Recipe {

  /** Watches whatever a recipe does. */
  interface Listener extends TrainingListener, PlanSearchListener {
    /** Listens to nothing. */
    Listener NONE = new Listener() {};

    @Override
    default TrainingListener stepwise() {
      return this;
    }
  }

  /**
   * Where a recipe computes.
   *
   * @param manager its device computes; everything made under it is freed
   * @param setup the run
   * @param workers who shares the work, if anybody
   */
  record Site(
      NDManager manager, SamplingSetup setup, Optional<Workers<? extends ModelBench>> workers) {

    /** Nobody shares the work. */
    public Site(NDManager manager, SamplingSetup setup) {
      this(manager, setup, Optional.empty());
    }
  }

  /**
   * Makes the router.
   *
   * @param site where it computes
   * @param saving where the state is kept, and whether to go on from what is there
   * @param listener watches
   * @return the router
   * @throws IOException if the state cannot be read or written
   */
  Router train(Site site, CheckpointPlan saving, Listener listener) throws IOException;

  /**
   * Says what the router's file will say.
   *
   * @param setup the run
   * @return the provenance
   */
  RouterProvenance provenance(SamplingSetup setup);
}
