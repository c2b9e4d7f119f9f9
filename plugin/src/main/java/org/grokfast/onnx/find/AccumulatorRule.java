package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * The training model of ONNX Runtime's artifacts: each gradient enters a buffer through a node
 * {@code InPlaceAccumulatorV2(buffer, gradient, reset)}, whose buffer is named after the parameter;
 * the optimizer model takes the buffers.
 */
public final class AccumulatorRule {
  static final String NAME = "accumulator";
  private static final int GRADIENT = 1;
  public static final int RESET = 2;

  private final OnnxGraph graph;

  public AccumulatorRule(OnnxGraph graph) {
    this.graph = graph;
  }

  public List<Finding> find() {
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      if (isAccumulator(node)) {
        findings.add(examine(id, node));
      }
    }
    return findings;
  }

  private static boolean isAccumulator(NodeProto node) {
    return node.getOpType().equals(RuntimeOps.ACCUMULATOR)
        && node.getDomain().equals(RuntimeOps.DOMAIN);
  }

  /** The tensor that says whether a new accumulation begins. */
  public String reset() {
    return graph.proto().getNodeList().stream()
        .filter(node -> isAccumulator(node) && node.getInputCount() > RESET)
        .map(node -> node.getInput(RESET))
        .findFirst()
        .orElseThrow();
  }

  private Finding examine(int id, NodeProto node) {
    if (node.getInputCount() <= RESET || !node.getInput(0).endsWith(RuntimeOps.BUFFER)) {
      return miss(
          id,
          "its buffer is not named PARAMETER" + RuntimeOps.BUFFER + "; write the artifacts again");
    }
    boolean fed =
        graph.proto().getInputList().stream()
            .anyMatch(input -> input.getName().equals(node.getInput(RESET)));
    if (!fed) {
      return miss(
          id,
          "its reset '"
              + node.getInput(RESET)
              + "' is no input of the graph; write the artifacts again");
    }
    if (!node.getInput(RESET).equals(reset())) {
      return miss(
          id,
          "it is reset by '"
              + node.getInput(RESET)
              + "', where others are by '"
              + reset()
              + "'; write the artifacts again");
    }
    String buffer = node.getInput(0);
    String parameter = buffer.substring(0, buffer.length() - RuntimeOps.BUFFER.length());
    TensorType type = graph.type(buffer);
    Optional<Precision> precision = DataTypes.precision(type.type());
    if (type.fixedShape().isEmpty() || precision.isEmpty()) {
      return miss(id, "its buffer has no fixed floating-point shape; write the artifacts again");
    }
    if (precision.get() != Precision.FLOAT32) {
      return miss(id, "the runtime's accumulator takes float32 alone; train in float32");
    }
    String label = graph.label(id);
    return new UpdateSite(
        new TrainedVariable(parameter, precision.get(), type.fixedShape().get()),
        node.getInput(GRADIENT),
        List.of(new GradientEdge(label, GRADIENT)),
        new UpdateSite.Evidence(
            NAME,
            RuntimeOps.ACCUMULATOR + " accumulates it in '" + buffer + "'",
            GraphLocation.MAIN));
  }

  private NearMiss miss(int id, String reason) {
    return new NearMiss(graph.label(id), NAME, reason);
  }
}
