package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;

/**
 * The optimizer nodes of {@code com.microsoft}: {@code AdamOptimizer} takes the weights at input 2
 * and their gradient at 3, {@code SGDOptimizer} at 1 and 2, {@code LambOptimizer} those of its i-th
 * parameter at 5+5i and 6+5i. Fused and unknown optimizers are near-misses.
 */
final class OptimizerNodeRule {
  static final String NAME = "optimizer-node";
  private static final Set<String> FUSED =
      Set.of("AdamWOptimizer", "SGDOptimizerV2", "AdagradOptimizer", "MomentumOptimizer");
  private static final int LAMB_FIRST = 5;
  private static final int LAMB_STRIDE = 5;

  private final OnnxGraph graph;

  OptimizerNodeRule(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Where one parameter's tensors stand among a node's inputs.
   *
   * @param weights the index of the weights
   * @param gradient the index of their gradient
   */
  private record Slots(int weights, int gradient) {}

  /**
   * Which output of an optimizer node holds the next value of which of its inputs, by index; the
   * inputs of a node are its own, so that no names or shapes are needed.
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

  List<Finding> find() {
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      if (!node.getDomain().equals(RuntimeOps.DOMAIN)) {
        continue;
      }
      if (FUSED.contains(node.getOpType())) {
        findings.add(
            new NearMiss(
                graph.label(id),
                NAME,
                node.getOpType()
                    + " takes all parameters at once as sequences, or is of a kind that is not"
                    + " known; for ONNX Runtime's artifacts give their folder, else name each"
                    + " gradient with --gradient PARAM=TENSOR"));
      }
      for (Slots slots : slots(node)) {
        examine(id, slots).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private static List<Slots> slots(NodeProto node) {
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

  private Optional<Finding> examine(int id, Slots slots) {
    NodeProto node = graph.node(id);
    if (node.getInputCount() <= slots.gradient()) {
      return Optional.of(
          new NearMiss(
              graph.label(id), NAME, node.getOpType() + " has too few inputs; export it again"));
    }
    String weights = node.getInput(slots.weights());
    String gradient = node.getInput(slots.gradient());
    if (gradient.isEmpty() || weights.isEmpty()) {
      // Left out: this parameter is not trained.
      return Optional.empty();
    }
    TensorType type = graph.type(weights);
    Optional<Precision> precision = DataTypes.precision(type.type());
    if (precision.isEmpty() || type.fixedShape().isEmpty()) {
      return Optional.of(
          new NearMiss(
              graph.label(id),
              NAME,
              "the weights '"
                  + weights
                  + "' have no fixed floating-point shape; export the model with fixed parameter"
                  + " shapes"));
    }
    // A mixed-precision gradient has its own type; only the weights' is known to be stated.
    Precision own = DataTypes.precision(graph.type(gradient).type()).orElse(precision.get());
    return Optional.of(
        new UpdateSite(
            new TrainedVariable(weights, own, type.fixedShape().get()),
            gradient,
            List.of(new GradientEdge(graph.label(id), slots.gradient())),
            new UpdateSite.Evidence(
                NAME,
                node.getOpType() + " takes it at input " + slots.gradient(),
                GraphLocation.MAIN)));
  }
}
