package org.grokfast.tensorflow;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.rewrite.GradientEdge;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes that carry out a plan.
 *
 * @param nodes the new nodes, each after what it takes
 * @param initNodes the names of those that initialise state
 * @param variables the new variables
 * @param redirections the tensor that each edge is to take instead
 */
record Emission(
    List<NodeDef> nodes,
    Set<String> initNodes,
    List<StateVariable> variables,
    Map<GradientEdge, String> redirections) {

  List<String> variableNames() {
    return variables.stream().map(StateVariable::name).toList();
  }

  long stateBytes() {
    return variables.stream().mapToLong(variable -> variable.spec().bytes()).sum();
  }
}
