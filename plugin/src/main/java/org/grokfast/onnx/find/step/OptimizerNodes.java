package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grokfast.onnx.graph.GradientOp;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.rewrite.coverage.Reason;

/**
 * The inputs and outputs of optimizer nodes, by index: those of {@code com.microsoft}, and those of
 * {@code ai.onnx.preview.training}, whose inputs are R, T, then the n weights, the n gradients and
 * the states.
 */
public final class OptimizerNodes {
  private static final Set<String> FUSED =
      Set.of("AdamWOptimizer", "SGDOptimizerV2", "AdagradOptimizer", "MomentumOptimizer");
  private static final int SCALARS = 2;

  /** The optimizers of that domain, with their tensors for each parameter. */
  private static final Map<String, Integer> GROUPS = Map.of("Adagrad", 3, "Momentum", 3, "Adam", 4);

  private static final int LAMB_FIRST = 5;
  private static final int LAMB_STRIDE = 5;

  /** What a node of ONNX Runtime does with a gradient by itself, and what to do instead. */
  private static final List<String> INSIDE =
      List.of("divides the gradient by", "clips the gradient by its norm", "skips the step by");

  private static final List<String> REMEDIES =
      List.of(
          "divide the gradient in front of the node",
          "clip the gradient in front of the node",
          "don't run the step where it is to be skipped");

  private static final int CLIPPED = 1;

  private OptimizerNodes() {}

  /**
   * The inputs of one parameter.
   *
   * @param weights the index of its weights
   * @param gradient the index of their gradient
   */
  public record Slots(int weights, int gradient) {}

  /** Whether a node is an optimizer of ONNX's own, known or not. */
  public static boolean isPreview(NodeProto node) {
    return node.getDomain().equals(GradientOp.DOMAIN) && !GradientOp.is(node);
  }

  /**
   * Why the gradient of a node of ONNX Runtime is not yet what its optimizer takes, for people: the
   * node unscales or clips it, or skips the step, all behind the input.
   *
   * @param isOne whether an input is a constant one, by which nothing changes
   */
  public static Optional<Reason> inside(NodeProto node, Predicate<String> isOne) {
    List<Integer> inputs =
        switch (node.getDomain().equals(RuntimeOps.DOMAIN) ? node.getOpType() : "") {
          case "AdamOptimizer" -> List.of(7, 8, 9);
          case "LambOptimizer" -> List.of(1, 2, 0);
          default -> List.of();
        };
    for (int i = 0; i < inputs.size(); i++) {
      int input = inputs.get(i);
      String tensor = input < node.getInputCount() ? node.getInput(input) : "";
      if (!tensor.isEmpty() && (i == CLIPPED || !isOne.test(tensor))) {
        return Optional.of(
            Reason.of(
                node.getOpType()
                    + " "
                    + INSIDE.get(i)
                    + " '"
                    + tensor
                    + "' (input "
                    + input
                    + "), behind where the filter would stand",
                REMEDIES.get(i) + " and leave that input out"));
      }
    }
    return Optional.empty();
  }

  /** Why an optimizer of ONNX's own has no slots, for people; empty if it has. */
  public static Optional<Reason> fault(NodeProto node) {
    Integer groups = GROUPS.get(node.getOpType());
    if (groups == null) {
      return Optional.of(Reason.of("the optimizer " + node.getOpType() + " is not known"));
    }
    int tensors = node.getInputCount() - SCALARS;
    return tensors > 0 && tensors % groups == 0
        ? Optional.empty()
        : Optional.of(
            Reason.of(
                node.getOpType()
                    + " has "
                    + node.getInputCount()
                    + " inputs, which are not R, T and "
                    + groups
                    + " for each parameter",
                "export it again"));
  }

  private static int parameters(NodeProto node) {
    return (node.getInputCount() - SCALARS) / GROUPS.get(node.getOpType());
  }

  /** Whether a node updates parameters in a way whose inputs are not known one by one. */
  public static boolean isFused(NodeProto node) {
    return node.getDomain().equals(RuntimeOps.DOMAIN) && FUSED.contains(node.getOpType());
  }

  /** The parameters that a node updates; empty for one that is no known optimizer. */
  public static List<Slots> slots(NodeProto node) {
    if (isPreview(node) && fault(node).isEmpty()) {
      int count = parameters(node);
      return IntStream.range(SCALARS, SCALARS + count)
          .mapToObj(i -> new Slots(i, count + i))
          .toList();
    }
    if (!node.getDomain().equals(RuntimeOps.DOMAIN)) {
      return List.of();
    }
    return switch (node.getOpType()) {
      case "AdamOptimizer" -> List.of(new Slots(2, 3));
      case "SGDOptimizer" -> List.of(new Slots(1, 2));
      case "LambOptimizer" -> {
        List<Slots> all = new ArrayList<>();
        for (int i = LAMB_FIRST; i + 1 < node.getInputCount(); i += LAMB_STRIDE) {
          all.add(new Slots(i, i + 1));
        }
        yield all;
      }
      default -> List.of();
    };
  }

  /**
   * Whether a node is a known optimizer of ONNX's own: its inputs begin with the rate and the step.
   */
  public static boolean isOfOnnx(NodeProto node) {
    return isPreview(node) && fault(node).isEmpty();
  }

  /**
   * The copy of the next weights in half precision that a node of ONNX Runtime makes beside them.
   *
   * @param weights the index of the weights among its inputs
   */
  public static Optional<String> narrowCopy(NodeProto node, int weights) {
    if (!node.getDomain().equals(RuntimeOps.DOMAIN)) {
      return Optional.empty();
    }
    int output =
        switch (node.getOpType()) {
          case "AdamOptimizer" -> 5;
          // Weights, gradient, two moments, narrow weights: the first output is the step.
          case "LambOptimizer" -> weights + LAMB_STRIDE - LAMB_FIRST;
          default -> node.getOutputCount();
        };
    return output < node.getOutputCount() && !node.getOutput(output).isEmpty()
        ? Optional.of(node.getOutput(output))
        : Optional.empty();
  }

  /** The inputs of a node that are weights, by index; none for one that is no known optimizer. */
  public static Set<Integer> weights(NodeProto node) {
    return slots(node).stream().map(Slots::weights).collect(Collectors.toSet());
  }

  /**
   * Which output of an optimizer node holds the next value of which of its inputs. A node's inputs
   * have fixed meanings, so that neither names nor shapes are needed.
   */
  public static Map<Integer, Integer> updates(NodeProto node) {
    Map<Integer, Integer> updates = new TreeMap<>();
    if (isPreview(node) && fault(node).isEmpty()) {
      int count = parameters(node);
      // Weights and states, in order; the gradients between them have no next value.
      for (int i = SCALARS; i < node.getInputCount(); i++) {
        int place = i - SCALARS;
        if (place < count || place >= 2 * count) {
          updates.put(i, place < count ? place : place - count);
        }
      }
    } else if (node.getDomain().equals(RuntimeOps.DOMAIN)) {
      addRuntime(node, updates);
    }
    updates.keySet().removeIf(i -> i >= node.getInputCount() || node.getInput(i).isEmpty());
    updates.values().removeIf(o -> o >= node.getOutputCount() || node.getOutput(o).isEmpty());
    return updates;
  }

  private static void addRuntime(NodeProto node, Map<Integer, Integer> updates) {
    switch (node.getOpType()) {
      case "AdamOptimizer" -> updates.putAll(Map.of(1, 0, 4, 1, 5, 2, 2, 3, 6, 5));
      case "SGDOptimizer" -> updates.put(1, 0);
      case "LambOptimizer" -> {
        updates.put(4, 0);
        // Weights, gradient, two moments, narrow weights: the same five in and out.
        for (int i = LAMB_FIRST; i < node.getInputCount(); i++) {
          if ((i - LAMB_FIRST) % LAMB_STRIDE != 1) {
            updates.put(i, i - LAMB_FIRST + 1);
          }
        }
      }
      default -> {}
    }
  }
}
