package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;

/**
 * The optimizer nodes of {@code com.microsoft} and of {@code ai.onnx.preview.training} in the main
 * graph: the gradient is an input of the node.
 *
 * <pre>
 *   before                            after
 *   w_new = SGDOptimizer(w, g, lr)    g' = filter(g)
 *                                     w_new = SGDOptimizer(w, g', lr)
 * </pre>
 *
 * <ol>
 *   <li>{@code SGDOptimizer} has the weights at input 1 and their gradient at 2.
 *   <li>{@code AdamOptimizer} has them at 2 and 3.
 *   <li>{@code LambOptimizer} has those of its i-th parameter at 5+5i and 6+5i.
 *   <li>{@code Momentum} of ONNX's own has the weights of all parameters, then their gradients.
 *   <li>So have {@code Adagrad} and {@code Adam}.
 *   <li>A gradient in half precision is filtered in its own type.
 *   <li>A gradient without a name is one of a parameter that is not trained.
 *   <li>An op of the same name in another domain is not that op.
 *   <li>Weights of unknown shape are a near-miss.
 *   <li>A node with too few inputs is a near-miss.
 *   <li>An optimizer of ONNX's own that is not known is a near-miss.
 *   <li>An optimizer that takes sequences of all parameters is a near-miss.
 * </ol>
 */
final class OptimizerNodeRule implements SiteRule<TrainingModel> {
  static final String NAME = "optimizer-node";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "an optimizer node of ONNX Runtime (SGDOptimizer, AdamOptimizer, LambOptimizer) or of ONNX's"
        + " own (Adagrad, Momentum, Adam) in the main graph";
  }

  @Override
  public List<Finding> find(TrainingModel model) {
    OnnxGraph graph = model.graph();
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      if (OptimizerNodes.isFused(node)) {
        findings.add(
            new NearMiss(
                graph.label(id),
                NAME,
                Reason.of(
                    node.getOpType()
                        + " takes all parameters at once as sequences, or is of a kind that is not"
                        + " known",
                    "for ONNX Runtime's artifacts give their folder, else name each gradient with"
                        + " --gradient PARAM=TENSOR")));
      }
      if (OptimizerNodes.isPreview(node)) {
        String label = graph.label(id);
        OptimizerNodes.fault(node)
            .ifPresent(fault -> findings.add(new NearMiss(label, NAME, fault)));
      }
      for (OptimizerNodes.Slots slots : OptimizerNodes.slots(node)) {
        examine(graph, id, slots)
            .filter(finding -> !isNamedByHand(finding, model))
            .ifPresent(findings::add);
      }
    }
    return findings;
  }

  private static boolean isNamedByHand(Finding finding, TrainingModel model) {
    return finding instanceof UpdateSite site
        && model.namedGradients().containsKey(site.variable().name());
  }

  private static Optional<Finding> examine(OnnxGraph graph, int id, OptimizerNodes.Slots slots) {
    NodeProto node = graph.node(id);
    if (node.getInputCount() <= slots.gradient()) {
      return Optional.of(
          new NearMiss(
              graph.label(id),
              NAME,
              Reason.of(node.getOpType() + " has too few inputs", "export it again")));
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
              Reason.of(
                  "the weights '" + weights + "' have no fixed floating-point shape",
                  "export the model with fixed parameter shapes")));
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
