package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Looks for what works in a graph, but not as its author will expect, or does more than train. */
final class HazardFinder {
  private final GraphDef graph;
  private final List<Variable> variables;
  private final List<Hazard> hazards = new ArrayList<>();

  private HazardFinder(GraphDef graph, List<Variable> variables) {
    this.graph = graph;
    this.variables = variables;
  }

  static List<Hazard> find(GraphDef graph, List<Variable> variables) {
    HazardFinder finder = new HazardFinder(graph, variables);
    finder.unorderedPowers();
    finder.initNames();
    finder.hazards.addAll(EffectFinder.find(graph));
    finder.halfState();
    finder.unrestored();
    return Hazard.grouped(finder.hazards);
  }

  private void unorderedPowers() {
    for (AdamOrderPass.Unordered found : AdamOrderPass.find(graph)) {
      add(
          Hazard.Kind.UNORDERED_BETA_POWER,
          found.update(),
          "assigns the next value of '"
              + found.variable()
              + "' in no order with "
              + count(found.readers().size(), "training op")
              + " that may read it before or after; rewrite with --fix-adam-order");
    }
  }

  private void initNames() {
    for (NodeDef node : graph.getNodeList()) {
      if (node.getName().startsWith("Init") && !isInitializer(node)) {
        add(
            Hazard.Kind.INIT_NAME,
            node.getName(),
            "TensorFlow Java runs every node whose name starts with Init as an initializer, this "
                + node.getOp()
                + " too; rename it");
      }
    }
  }

  private static boolean isInitializer(NodeDef node) {
    return node.getOp().equals("NoOp")
        && node.getInputList().stream().allMatch(TensorName::isControl);
  }

  private void halfState() {
    Map<String, Variable> half = new HashMap<>();
    variables.stream().filter(Variable::isHalf).forEach(v -> half.put(v.name(), v));
    if (half.isEmpty()) {
      return;
    }
    for (Variable variable : variables) {
      if (variable.inserted() && variable.isHalf()) {
        addHalf(variable, "a filter's average");
      }
    }
    Set<String> reported = new HashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      if (!node.getOp().contains("Apply")) {
        continue;
      }
      for (int input = 1; input < node.getInputCount(); input++) {
        Variable slot = half.get(node.getInput(input));
        if (slot != null && reported.add(slot.name())) {
          addHalf(slot, "state of " + node.getOp());
        }
      }
    }
  }

  private void unrestored() {
    UnrestoredVariables.find(GraphParts.of(graph))
        .forEach(
            (variable, twin) ->
                add(
                    Hazard.Kind.UNRESTORED_VARIABLE,
                    variable,
                    "is used by a function, but neither initialised nor restored"
                        + twin.map(name -> " (a variable like it is, '" + name + "')").orElse("")
                        + "; TensorFlow Java and tf.compat.v1 will not find it. Python saved one"
                        + " variable under two handles: track the optimizer's variables, not the"
                        + " optimizer, and save again"));
  }

  private void addHalf(Variable variable, String what) {
    add(
        Hazard.Kind.HALF_STATE,
        variable.name(),
        what
            + " is kept in "
            + TypeNames.of(variable.dtype())
            + ", where small changes are rounded away: an average with decay 0.98 of a constant 1"
            + " stalls at "
            + (variable.dtype() == org.tensorflow.proto.DataType.DT_HALF ? "0.988" : "0.90"));
  }

  private void add(Hazard.Kind kind, String node, String text) {
    hazards.add(new Hazard(kind, node, text));
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
