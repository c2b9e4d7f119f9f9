package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.step.OptimizerNodes;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.onnx.graph.TensorValues;
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
 *   <li>Weight decay that the step adds comes after the filter.
 *   <li>So does one that depends on the weights in another way.
 *   <li>A loss scale of one changes nothing.
 *   <li>A gradient without a name is one of a parameter that is not trained.
 *   <li>An op of the same name in another domain is not that op.
 *   <li>Weights of unknown shape are a near-miss.
 *   <li>A node with too few inputs is a near-miss.
 *   <li>An optimizer of ONNX's own that is not known is a near-miss.
 *   <li>An optimizer that takes sequences of all parameters is a near-miss.
 *   <li>A node that divides the gradient by a loss scale is a near-miss.
 *   <li>So is one that skips steps.
 *   <li>So is one that clips the gradient.
 *   <li>Weight decay that can't be told from the gradient is a near-miss.
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
    return "an optimizer node of ONNX Runtime (SGDOptimizer, AdamOptimizer, LambOptimizer) or of"
        + " ONNX's own (Adagrad, Momentum, Adam) in the main graph";
  }

  @Override
  public List<Finding> find(TrainingModel model) {
    OnnxGraph graph = model.graph();
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      if (OptimizerNodes.isFused(node)) {
        findings.add(
            miss(
                graph,
                id,
                Reason.of(
                    node.getOpType()
                        + " takes all parameters at once as sequences, or is of a kind that is not"
                        + " known",
                    "for ONNX Runtime's artifacts give their folder, else name each gradient with"
                        + " --gradient PARAM=TENSOR")));
      }
      if (OptimizerNodes.isPreview(node)) {
        int place = id;
        OptimizerNodes.fault(node).ifPresent(fault -> findings.add(miss(graph, place, fault)));
      }
      for (OptimizerNodes.Slots slots : OptimizerNodes.slots(node)) {
        examine(model, id, slots).ifPresent(findings::add);
      }
    }
    return findings;
  }

  /** The weights that optimizer nodes update, by name. */
  static Set<String> weights(OnnxGraph graph) {
    return graph.proto().getNodeList().stream()
        .flatMap(node -> OptimizerNodes.weights(node).stream().map(node::getInput))
        .collect(Collectors.toSet());
  }

  private static NearMiss miss(OnnxGraph graph, int id, Reason reason) {
    return new NearMiss(graph.label(id), NAME, reason);
  }

  private static Optional<Finding> examine(
      TrainingModel model, int id, OptimizerNodes.Slots slots) {
    OnnxGraph graph = model.graph();
    NodeProto node = graph.node(id);
    if (node.getInputCount() <= slots.gradient()) {
      return Optional.of(
          miss(graph, id, Reason.of(node.getOpType() + " has too few inputs", "export it again")));
    }
    String weights = node.getInput(slots.weights());
    String gradient = node.getInput(slots.gradient());
    if (gradient.isEmpty() || weights.isEmpty() || model.namedGradients().containsKey(weights)) {
      // Left out: this parameter is not trained, or the user says how.
      return Optional.empty();
    }
    TensorType type = graph.type(weights);
    Optional<Precision> precision = DataTypes.precision(type.type());
    if (precision.isEmpty() || type.fixedShape().isEmpty()) {
      return Optional.of(
          miss(
              graph,
              id,
              Reason.of(
                  "the weights '" + weights + "' have no fixed floating-point shape",
                  "export the model with fixed parameter shapes")));
    }
    CoupledDecay decay = CoupledDecay.of(model, gradient);
    String raw = decay.without(gradient, weights);
    Optional<Reason> fault =
        OptimizerNodes.inside(node, tensor -> isOne(graph, tensor))
            .map(reason -> reason.after("the update of '" + weights + "': "))
            .or(() -> decay.fault(raw, weights));
    if (fault.isPresent()) {
      return Optional.of(miss(graph, id, fault.get()));
    }
    // A mixed-precision gradient has its own type; only the weights' is known to be stated.
    Precision own = DataTypes.precision(graph.type(raw).type()).orElse(precision.get());
    TrainedVariable variable = new TrainedVariable(weights, own, type.fixedShape().get());
    String text = node.getOpType() + " takes it at input " + slots.gradient();
    if (!raw.equals(gradient)) {
      BitSet leading = model.flow().ancestors(node.getOutputList());
      return Optional.of(
          new GradientSites(graph, model.flow(), GraphLocation.MAIN)
              .site(
                  variable,
                  raw,
                  new GradientSites.Update(
                      NAME,
                      text + ", with weight decay",
                      graph.label(id),
                      leading,
                      model.isFedBack(raw, leading))));
    }
    return Optional.of(
        new UpdateSite(
            variable,
            gradient,
            List.of(new GradientEdge(graph.label(id), slots.gradient())),
            new UpdateSite.Evidence(NAME, text, GraphLocation.MAIN)));
  }

  private static boolean isOne(OnnxGraph graph, String tensor) {
    return graph.initializer(tensor).filter(TensorValues::isOne).isPresent();
  }
}
