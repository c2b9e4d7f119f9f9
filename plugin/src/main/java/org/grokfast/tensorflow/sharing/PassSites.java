package org.grokfast.tensorflow.sharing;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.grokfast.pass.Action;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.edit.UpdateNode;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;

/**
 * Checks that passes are possible where a variable is updated at several places. Places that share
 * a state share what passes keep too, and so count their updates together: branches of which one
 * runs, and updates of which each begins where the one before has ended. Others don't: what two
 * optimizers do to one variable has no count that is both's.
 */
public final class PassSites {
  private final Program program;
  private final StateGroups groups;

  public PassSites(Program program, StateGroups groups) {
    this.program = program;
    this.groups = groups;
  }

  /**
   * Checks a plan.
   *
   * @throws GraphRewriteException naming the first variable for which a pass is not possible
   */
  public void require(RewritePlan plan) {
    Map<String, PlannedSite> first = new LinkedHashMap<>();
    for (PlannedSite planned : plan.sites()) {
      PlannedSite other = first.putIfAbsent(planned.site().variable().name(), planned);
      for (StepPass pass : planned.passes()) {
        if (other != null && !areOrdered(pass, other, planned)) {
          throw new GraphRewriteException(
              "variable '"
                  + planned.site().variable().name()
                  + "' is updated at '"
                  + other.site().anchor()
                  + "' and at '"
                  + planned.site().anchor()
                  + "', which don't count together, so that "
                  + pass.kind().name()
                  + " has no order there; leave the variable out "
                  + pass.kind().variables().leavingOut());
        }
      }
    }
  }

  private boolean areOrdered(StepPass pass, PlannedSite one, PlannedSite other) {
    if (pass.updateRule().isPresent()) {
      return false;
    }
    boolean keeps = !pass.kept().isEmpty() || !pass.actions(Action.Moment.AFTER).isEmpty();
    Optional<StateGroups.Group> group = groups.of(other);
    if (group.isPresent() && group.equals(groups.of(one))) {
      return !group.get().inTurn() || !keeps || begins(one.site(), other.site());
    }
    return !keeps && !runTogether(one.site(), other.site());
  }

  /** Whether the second gradient is computed when the first update has been made. */
  private boolean begins(UpdateSite one, UpdateSite other) {
    GraphIndex graph = program.graph(one.function());
    OptionalInt update = UpdateNode.trainingOp(graph, one);
    return update.isPresent()
        && one.function().equals(other.function())
        && graph.ancestors(graph.id(TensorName.nodeOf(other.gradient()))).get(update.getAsInt());
  }

  /** Whether some node makes both updates. */
  private static boolean runTogether(UpdateSite one, UpdateSite other) {
    if (one.place().isPresent() || other.place().isPresent()) {
      return true;
    }
    Set<String> nodes = new HashSet<>(List.of(one.evidence().trigger().split(",", -1)));
    return Arrays.stream(other.evidence().trigger().split(",", -1)).anyMatch(nodes::contains);
  }
}
