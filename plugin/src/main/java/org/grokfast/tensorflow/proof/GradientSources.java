package org.grokfast.tensorflow.proof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.proof.Judge;
import org.grokfast.tensorflow.graph.DataTypes;
import org.tensorflow.proto.NodeDef;

/**
 * Walks from a filtered tensor of the main graph back to what it is made from: one of these may be
 * the gradient where the filtered tensor is not, and what stands between says why.
 */
public final class GradientSources {
  private static final int MOST_TENSORS = 40;
  private static final int FARTHEST = 8;

  /** Dead in some runs, or of another run. */
  private static final Set<String> NOT_FETCHED =
      Set.of(
          "Switch",
          "Merge",
          "Enter",
          "Exit",
          "NextIteration",
          "Placeholder",
          "Const",
          "VarHandleOp",
          "ReadVariableOp");

  /** What leaves a gradient what it is, up to clipping, masking and a sum over several steps. */
  private static final Set<String> HARMLESS =
      Set.of(
          "AssignAdd",
          "Cast",
          "CheckNumerics",
          "ClipByValue",
          "Identity",
          "IdentityN",
          "Maximum",
          "Minimum",
          "MulNoNan",
          "PreventGradient",
          "Reshape",
          "Select",
          "SelectV2",
          "StopGradient");

  /** How a sum over several steps becomes their mean. */
  private static final Set<String> SCALES = Set.of("Mul", "RealDiv", "Div");

  private static final Set<String> CHOICES = Set.of("Select", "SelectV2");

  private static final Set<String> CLIPS = Set.of("Minimum", "Maximum", "ClipByValue");

  private GradientSources() {}

  private record Visit(String tensor, List<NodeDef> path) {}

  /**
   * The tensors behind one.
   *
   * @param graph the rewritten graph, where sparse gradients are dense
   * @param filtered the tensor that leaves the filter, for whom it is looked
   * @param raw the tensor that enters it
   */
  public static GradientSource of(NodeIndex graph, String filtered, String raw) {
    List<Judge.Made> found = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(raw));
    Deque<Visit> todo = new ArrayDeque<>(List.of(new Visit(raw, List.of())));
    boolean clipped = false;
    while (!todo.isEmpty()) {
      Visit visit = todo.remove();
      NodeDef node = graph.find(NodeIndex.nodeOf(visit.tensor())).orElse(null);
      if (node == null || visit.path().size() >= FARTHEST) {
        continue;
      }
      clipped |= CLIPS.contains(node.getOp()) || choosesBySize(graph, node, visit.path());
      List<NodeDef> path = new ArrayList<>(visit.path());
      path.add(node);
      for (String input : node.getInputList()) {
        if (input.startsWith("^") || !seen.add(input)) {
          continue;
        }
        NodeDef producer = graph.find(NodeIndex.nodeOf(input)).orElse(null);
        if (producer == null) {
          continue;
        }
        todo.add(new Visit(input, path));
        if (found.size() < MOST_TENSORS
            && LossCandidates.REAL.contains(DataTypes.given(producer))
            && !NOT_FETCHED.contains(producer.getOp())) {
          found.add(new Judge.Made(input, text(path), isHarmless(path)));
        }
      }
    }
    return new GradientSource(filtered, found, clipped);
  }

  /** Whether one of two values is chosen by what is made from it, before anything but scaling. */
  private static boolean choosesBySize(NodeIndex graph, NodeDef node, List<NodeDef> path) {
    if (!CHOICES.contains(node.getOp())
        || node.getInputCount() < 1
        || !path.stream().map(NodeDef::getOp).allMatch(op -> isScaling(op))) {
      return false;
    }
    Set<String> by = graph.ancestors(List.of(NodeIndex.nodeOf(node.getInput(0))));
    return node.getInputList().stream()
        .skip(1)
        .map(input -> NodeIndex.nodeOf(input))
        .anyMatch(by::contains);
  }

  private static boolean isScaling(String op) {
    return HARMLESS.contains(op) || SCALES.contains(op);
  }

  private static String text(List<NodeDef> path) {
    return path.stream()
        .map(node -> node.getOp() + " '" + node.getName() + "'")
        .collect(Collectors.joining(", "));
  }

  private static boolean isHarmless(List<NodeDef> path) {
    boolean sums = path.stream().anyMatch(node -> node.getOp().equals("AssignAdd"));
    return path.stream()
        .allMatch(
            node -> HARMLESS.contains(node.getOp()) || (sums && SCALES.contains(node.getOp())));
  }
}
