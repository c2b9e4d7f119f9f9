package org.grokfast.tensorflow;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.tensorflow.proto.NodeDef;

/**
 * Gradient descent written as a plain subtraction: {@code AssignSub(w, rate · gradient)}.
 *
 * <p>What is subtracted must lead, through factors alone, to a tensor that its name gives away as a
 * gradient; anything else (momentum, Adam) is left to other rules or to the user.
 */
final class AssignSubRule implements SiteRule {
  static final String NAME = "assign-sub";
  private static final Set<String> OPS = Set.of("AssignSub", "AssignSubVariableOp");
  private static final int TARGET = 0;
  private static final int VALUE = 1;

  @Override
  public Optional<Finding> examine(TrainingGraph graph, int id) {
    NodeDef node = graph.node(id);
    if (!OPS.contains(node.getOp()) || node.getInputCount() <= VALUE) {
      return Optional.empty();
    }
    Optional<VariableNode> target = VariableNode.behind(graph, id, TARGET);
    Optional<TrainedVariable> variable = target.flatMap(VariableNode::trained);
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    // The gradient of a variable depends on the variable; a learning rate does not.
    Set<Integer> data = Set.of(graph.id(target.get().nodeName()));
    Optional<GradientEdge> edge = new UpdateArithmetic(graph, id).gradientEdge(id, VALUE, data);
    return edge.map(
        found ->
            new UpdateSite(
                variable.get(),
                graph.node(graph.id(found.node())).getInput(found.input()),
                List.of(found),
                new UpdateSite.Evidence(
                    NAME, node.getOp() + " '" + node.getName() + "'", Triggers.of(graph, id))));
  }
}
