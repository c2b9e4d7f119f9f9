package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.step.OptimizerNodes;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GradientOp;
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
 * The optimizers of {@code ai.onnx.preview.training} in the algorithm of a {@code training_info}.
 * Their inputs are R, T, then the n weights, the n gradients and the states.
 *
 * <pre>
 *   before                                       after
 *   w_new, m_new = Momentum(R, T, w, g, m)       g' = filter(g)
 *                                                w_new, m_new = Momentum(R, T, w, g', m)
 * </pre>
 *
 * <ol>
 *   <li>{@code Momentum} has one state for each parameter.
 *   <li>So has {@code Adagrad}, here with two parameters.
 *   <li>{@code Adam} has two states for each parameter.
 *   <li>Weight decay that the algorithm adds comes after the filter.
 *   <li>An input without a name is one of a parameter that is not trained.
 *   <li>Weights that are no initializer are a near-miss.
 *   <li>Weights of integers are a near-miss.
 *   <li>A number of inputs that is not one for each parameter is a near-miss.
 *   <li>Another optimizer of that domain is a near-miss.
 * </ol>
 */
final class TrainingInfoRule implements SiteRule<TrainingModel> {
  static final String NAME = "training-info";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "an Adagrad, Momentum or Adam node in the algorithm of a training_info";
  }

  @Override
  public List<Finding> find(TrainingModel model) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      OnnxGraph algorithm = new OnnxGraph(model.trainingInfo().get(i).getAlgorithm());
      findings.addAll(
          new Algorithm(
                  algorithm,
                  model.graph(),
                  model.namedGradients().keySet(),
                  GraphLocation.algorithm(i))
              .findings());
    }
    return findings;
  }

  /** The rule at work on one algorithm. */
  private static final class Algorithm {
    private final OnnxGraph graph;
    private final OnnxGraph main;
    private final Set<String> byHand;
    private final String location;
    private final DataFlow flow;
    private final CoupledDecay decay;

    /**
     * The rule at work.
     *
     * @param graph the algorithm's graph
     * @param main the model's graph, whose tensors the algorithm may take
     * @param byHand the parameters whose gradients the user named
     * @param location the name of the {@code training_info}
     */
    Algorithm(OnnxGraph graph, OnnxGraph main, Set<String> byHand, String location) {
      this.graph = graph;
      this.main = main;
      this.byHand = byHand;
      this.location = location;
      this.flow = new DataFlow(graph);
      this.decay = new CoupledDecay(graph, flow, fromData(graph, flow), tensor -> false);
    }

    List<Finding> findings() {
      List<Finding> findings = new ArrayList<>();
      for (int id = 0; id < graph.size(); id++) {
        NodeProto node = graph.node(id);
        if (!OptimizerNodes.isPreview(node)) {
          continue;
        }
        int place = id;
        OptimizerNodes.fault(node).ifPresent(fault -> findings.add(miss(place, fault)));
        for (OptimizerNodes.Slots slots : OptimizerNodes.slots(node)) {
          examine(id, slots.weights(), slots.gradient()).ifPresent(findings::add);
        }
      }
      return findings;
    }

    private Optional<Finding> examine(int id, int weights, int gradient) {
      NodeProto node = graph.node(id);
      String parameter = node.getInput(weights);
      String tensor = node.getInput(gradient);
      if (parameter.isEmpty() || tensor.isEmpty() || byHand.contains(parameter)) {
        return Optional.empty();
      }
      if (graph.initializer(parameter).or(() -> main.initializer(parameter)).isEmpty()) {
        return Optional.of(
            miss(
                id,
                Reason.of(
                    "the weights '"
                        + parameter
                        + "' are no initializer of the graph or the algorithm, so that no binding"
                        + " can update them")));
      }
      TensorType type = graph.type(parameter).or(main.type(parameter));
      Optional<Precision> precision = DataTypes.precision(type.type());
      if (precision.isEmpty() || type.fixedShape().isEmpty()) {
        return Optional.of(
            miss(
                id,
                Reason.of("the weights '" + parameter + "' have no fixed floating-point shape")));
      }
      TrainedVariable variable =
          new TrainedVariable(parameter, precision.get(), type.fixedShape().get());
      String text = node.getOpType() + " takes it at input " + gradient;
      String raw = decay.without(tensor, parameter);
      Optional<Reason> fault = decay.fault(raw, parameter);
      if (fault.isPresent()) {
        return Optional.of(miss(id, fault.get()));
      }
      if (!raw.equals(tensor)) {
        return Optional.of(
            new GradientSites(graph, flow, location)
                .site(
                    variable,
                    raw,
                    new GradientSites.Update(
                        NAME,
                        text + ", with weight decay",
                        graph.label(id),
                        flow.ancestors(node.getOutputList()),
                        false)));
      }
      return Optional.of(
          new UpdateSite(
              variable,
              tensor,
              List.of(new GradientEdge(graph.label(id), gradient)),
              new UpdateSite.Evidence(NAME, text, location)));
    }

    /** What depends on the data: what Gradient gives. */
    private static BitSet fromData(OnnxGraph graph, DataFlow flow) {
      return flow.descendants(
          graph.proto().getNodeList().stream()
              .filter(GradientOp::is)
              .flatMap(node -> node.getOutputList().stream())
              .filter(output -> !output.isEmpty())
              .toList());
    }

    private NearMiss miss(int id, Reason reason) {
      return new NearMiss(location + "/" + graph.label(id), NAME, reason);
    }
  }
}
