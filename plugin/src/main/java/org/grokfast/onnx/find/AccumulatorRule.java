package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;

/**
 * The training model of ONNX Runtime's artifacts: each gradient is added to a buffer that is named
 * after the parameter; the optimizer model reads the buffers.
 *
 * <pre>
 *   before                                       after
 *   a = InPlaceAccumulatorV2(buffer, g, reset)   sum = g added to the micro-batches before it
 *                                                g' = filter(sum)
 *                                                a = InPlaceAccumulatorV2(buffer, g', true)
 * </pre>
 *
 * <p>The filter acts on the gradient accumulated over the micro-batches of a step, so that the
 * result does not depend on how a batch is divided. Of a training model without the other artifacts
 * one near-miss says that they are needed, since the filter's state goes into the checkpoint.
 *
 * <ol>
 *   <li>The buffer gets the filtered gradient.
 *   <li>Every buffer of a model is filtered by itself.
 *   <li>A buffer of another name is a near-miss.
 *   <li>A reset that is computed is a near-miss.
 *   <li>A second reset is a near-miss.
 *   <li>A buffer of unknown shape is a near-miss.
 *   <li>A buffer in half precision is a near-miss.
 *   <li>An op of the same name in another domain is not that op.
 * </ol>
 */
public final class AccumulatorRule implements SiteRule<TrainingModel> {
  static final String NAME = "accumulator";
  private static final String AGAIN = "write the artifacts again";
  private static final int GRADIENT = 1;
  public static final int RESET = 2;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a gradient accumulator of ONNX Runtime's on-device training artifacts";
  }

  /** Of a model without the rest of its artifacts, one near-miss says that they are needed. */
  @Override
  public List<Finding> find(TrainingModel model) {
    List<Finding> findings = new ArrayList<>();
    OnnxGraph graph = model.graph();
    for (int id = 0; id < graph.size(); id++) {
      if (isAccumulator(graph.node(id))) {
        findings.add(examine(graph, id));
      }
    }
    return model.isArtifact() ? findings : lone(findings);
  }

  private static List<Finding> lone(List<Finding> findings) {
    return findings.stream()
        .filter(UpdateSite.class::isInstance)
        .limit(1)
        .<Finding>map(
            site ->
                new NearMiss(
                    site.anchor(),
                    NAME,
                    Reason.of(
                        "this is the training model of ONNX Runtime's artifacts, whose filter state"
                            + " goes into the checkpoint",
                        "give the folder with all artifacts")))
        .toList();
  }

  private static boolean isAccumulator(NodeProto node) {
    return node.getOpType().equals(RuntimeOps.ACCUMULATOR)
        && node.getDomain().equals(RuntimeOps.DOMAIN);
  }

  /** The tensor that says whether a new accumulation begins, of a graph with accumulators. */
  public static String reset(OnnxGraph graph) {
    return graph.proto().getNodeList().stream()
        .filter(node -> isAccumulator(node) && node.getInputCount() > RESET)
        .map(node -> node.getInput(RESET))
        .findFirst()
        .orElseThrow();
  }

  private static Finding examine(OnnxGraph graph, int id) {
    NodeProto node = graph.node(id);
    if (node.getInputCount() <= RESET || !node.getInput(0).endsWith(RuntimeOps.BUFFER)) {
      return miss(
          graph, id, Reason.of("its buffer is not named PARAMETER" + RuntimeOps.BUFFER, AGAIN));
    }
    boolean fed =
        graph.proto().getInputList().stream()
            .anyMatch(input -> input.getName().equals(node.getInput(RESET)));
    if (!fed) {
      return miss(
          graph,
          id,
          Reason.of("its reset '" + node.getInput(RESET) + "' is no input of the graph", AGAIN));
    }
    if (!node.getInput(RESET).equals(reset(graph))) {
      return miss(
          graph,
          id,
          Reason.of(
              "it is reset by '"
                  + node.getInput(RESET)
                  + "', where others are by '"
                  + reset(graph)
                  + "'",
              AGAIN));
    }
    String buffer = node.getInput(0);
    String parameter = buffer.substring(0, buffer.length() - RuntimeOps.BUFFER.length());
    TensorType type = graph.type(buffer);
    Optional<Precision> precision = DataTypes.precision(type.type());
    if (type.fixedShape().isEmpty() || precision.isEmpty()) {
      return miss(graph, id, Reason.of("its buffer has no fixed floating-point shape", AGAIN));
    }
    if (precision.get() != Precision.FLOAT32) {
      return miss(
          graph,
          id,
          Reason.of("the runtime's accumulator takes float32 alone", "train in float32"));
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

  private static NearMiss miss(OnnxGraph graph, int id, Reason reason) {
    return new NearMiss(graph.label(id), NAME, reason);
  }
}
