package org.grokfast.tools.verify.tensorflow;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What to do about an error of the runtime, which knows none of the options. */
final class RunAdvice {
  private static final Pattern UNINITIALIZED =
      Pattern.compile(
          "uninitialized value (\\S+)|resource variable (\\S+) from Container|"
              + "Resource \\S*?/([^/\\s]\\S*)/N10tensorflow3VarE does not exist");
  private static final Set<String> ASSIGNS =
      Set.of("Assign", "AssignVariableOp", "VariableV2", "VarHandleOp");

  private RunAdvice() {}

  /** The first line of an error, and what to do. */
  static String of(RuntimeException error, VerifyPlan plan, GraphDef original) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    String line = message.lines().findFirst().orElse(message);
    Matcher uninitialized = UNINITIALIZED.matcher(message);
    if (uninitialized.find()) {
      String name = uninitialized.group(1);
      name = name == null ? uninitialized.group(2) : name;
      name = name == null ? uninitialized.group(3) : name;
      return line + "; " + initializer(name, plan, original);
    }
    boolean ran = error instanceof TensorFlowException || error instanceof IllegalArgumentException;
    if (ran && !plan.inputs().isEmpty() && !line.contains("--feeds")) {
      return line
          + "; it ran with random inputs where none are given: give real ones, of shapes that fit,"
          + " with --feeds";
    }
    return line;
  }

  /** A local variable has an initializer of its own, which none of the others runs. */
  private static String initializer(String variable, VerifyPlan plan, GraphDef graph) {
    Set<String> assigns =
        graph.getNodeList().stream()
            .filter(node -> ASSIGNS.contains(node.getOp()) && node.getInputCount() > 0)
            .filter(node -> NodeIndex.nodeOf(node.getInput(0)).equals(variable))
            .map(NodeDef::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> ops = new TreeSet<>(plan.start().original());
    int known = ops.size();
    graph.getNodeList().stream()
        .filter(node -> node.getOp().equals("NoOp"))
        .filter(node -> waitsFor(node, assigns))
        .map(NodeDef::getName)
        .findFirst()
        .ifPresent(ops::add);
    if (ops.size() == known) {
      ops.addAll(assigns.stream().limit(1).toList());
    }
    return "'"
        + variable
        + "' was not initialised; if it is a local variable, its local initializer has to run too: "
        + (ops.size() == known
            ? "name the nodes with --init-op, separated by commas"
            : "give --init-op=" + String.join(",", ops));
  }

  private static boolean waitsFor(NodeDef node, Set<String> assigns) {
    List<String> inputs = node.getInputList();
    return inputs.stream().map(NodeIndex::nodeOf).anyMatch(assigns::contains);
  }
}
