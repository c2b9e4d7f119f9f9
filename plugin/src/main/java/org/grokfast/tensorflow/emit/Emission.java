package org.grokfast.tensorflow.emit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.rewrite.GradientEdge;
import org.tensorflow.proto.NodeDef;

/**
 * What carries out a plan.
 *
 * @param insertions the new nodes
 * @param variables the new variables
 * @param redirectionsByFunction the tensor that each edge is to take instead; those of the main
 *     graph under an empty name
 */
public record Emission(
    Insertions insertions,
    List<StateVariable> variables,
    Map<String, Map<GradientEdge, String>> redirectionsByFunction) {

  /** The new nodes of the main graph so far, each after what it takes. */
  public List<NodeDef> nodes() {
    return insertions.main().nodes();
  }

  /** The names of those that initialise state. */
  public Set<String> initNodes() {
    return insertions.main().initNodes();
  }

  /** The redirections in the main graph. */
  public Map<GradientEdge, String> redirections() {
    return redirectionsByFunction.getOrDefault("", Map.of());
  }

  public List<String> variableNames() {
    return variables.stream().map(StateVariable::name).toList();
  }

  public long stateBytes() {
    return variables.stream().mapToLong(variable -> variable.spec().bytes()).sum();
  }
}
