package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.onnx.graph.RuntimeOps;

/** The inputs and outputs of the optimizer nodes of {@code com.microsoft}, by index. */
final class OptimizerNodes {
  private static final Set<String> FUSED =
      Set.of("AdamWOptimizer", "SGDOptimizerV2", "AdagradOptimizer", "MomentumOptimizer");
  private static final int LAMB_FIRST = 5;
  private static final int LAMB_STRIDE = 5;

  private OptimizerNodes() {}

  /**
   * The inputs of one parameter.
   *
   * @param weights the index of its weights
   * @param gradient the index of their gradient
   */
  record Slots(int weights, int gradient) {}

  /** Whether a node updates parameters in a way whose inputs are not known one by one. */
  static boolean isFused(NodeProto node) {
    return node.getDomain().equals(RuntimeOps.DOMAIN) && FUSED.contains(node.getOpType());
  }

  /** The parameters that a node updates; empty for one that is no known optimizer. */
  static List<Slots> slots(NodeProto node) {
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
   * Which output of an optimizer node holds the next value of which of its inputs. A node's inputs
   * have fixed meanings, so that neither names nor shapes are needed.
   */
  static Map<Integer, Integer> updates(NodeProto node) {
    if (!node.getDomain().equals(RuntimeOps.DOMAIN)) {
      return Map.of();
    }
    Map<Integer, Integer> updates = new TreeMap<>();
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
    updates.keySet().removeIf(i -> i >= node.getInputCount() || node.getInput(i).isEmpty());
    updates.values().removeIf(o -> o >= node.getOutputCount() || node.getOutput(o).isEmpty());
    return updates;
  }
}
