package org.grokfast.tensorflow.emit;

import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.emit.GraphBackend;
import org.grokfast.rewrite.emit.SiteNames;
import org.grokfast.tensorflow.edit.UpdateConditions;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.sharing.StateGroups;

/** Emits filters into the main graph or one function's body, whose sites share scalars. */
final class BodyEmitter implements GraphBackend<Out> {
  private final Emission emission;
  private final Scalars scalars;
  private final StateGroups groups;
  private final UpdateConditions conditions;

  /**
   * An emitter for one body.
   *
   * @param emission receives the nodes
   * @param scalars the scalars of the body, and the emitter of its nodes
   * @param groups the sites that share a state
   * @param conditions what must hold for the updates of the body to be made
   */
  BodyEmitter(Emission emission, Scalars scalars, StateGroups groups, UpdateConditions conditions) {
    this.emission = emission;
    this.scalars = scalars;
    this.groups = groups;
    this.conditions = conditions;
  }

  @Override
  public Site<Out> open(PlannedSite planned, SiteNames names) {
    return new SiteEmitter(emission, scalars, planned, names, groups.of(planned), conditions);
  }
}
