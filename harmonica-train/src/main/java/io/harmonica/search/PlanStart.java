package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import java.util.List;

/** Makes drafts of whole steps that a search can start from. */
interface PlanStart {

  /** {@return what it is called in progress and provenance} */
  String name();

  /** {@return the order of the drafts' forecasts} */
  int order();

  /**
   * Estimates what making the drafts takes.
   *
   * @param target what a plan may cost
   * @return about how many guided forward passes
   */
  long forwards(PlanTarget target);

  /**
   * Makes drafts.
   *
   * @param errors measures plans
   * @param target what a plan may cost; a draft's last step may miss it
   * @return the drafts, at least one
   */
  List<Draft> drafts(PlanErrors errors, PlanTarget target);
}
