package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;

/**
 * The optimizers of {@code ai.onnx.preview.training} in the algorithm of a {@code training_info}.
 * Their inputs are R, T, then the n weights, the n gradients and the states: one of each for
 * Adagrad and Momentum, so that n = (inputs − 2)/3, and two for Adam, so that n = (inputs − 2)/4.
 */
final class TrainingInfoRule {
  static final String NAME = "training-info";
  static final String DOMAIN = "ai.onnx.preview.training";
  private static final int SCALARS = 2;
  private static final Map<String, Integer> GROUPS = Map.of("Adagrad", 3, "Momentum", 3, "Adam", 4);

  private final OnnxGraph algorithm;
  private final OnnxGraph main;
  private final String place;

  /**
   * A rule for one algorithm.
   *
   * @param main the model's graph, whose tensors the algorithm may take
   * @param place the name of the {@code training_info}
   */
  TrainingInfoRule(OnnxGraph algorithm, OnnxGraph main, String place) {
    this.algorithm = algorithm;
    this.main = main;
    this.place = place;
  }

  List<Finding> find() {
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < algorithm.size(); id++) {
      NodeProto node = algorithm.node(id);
      if (!node.getDomain().equals(DOMAIN) || node.getOpType().equals("Gradient")) {
        continue;
      }
      Integer groups = GROUPS.get(node.getOpType());
      int tensors = node.getInputCount() - SCALARS;
      if (groups == null) {
        findings.add(miss(id, "the optimizer " + node.getOpType() + " is not known"));
      } else if (tensors <= 0 || tensors % groups != 0) {
        findings.add(
            miss(
                id,
                node.getOpType()
                    + " has "
                    + node.getInputCount()
                    + " inputs, which are not R, T and "
                    + groups
                    + " for each parameter; export it again"));
      } else {
        int count = tensors / groups;
        for (int i = 0; i < count; i++) {
          examine(id, SCALARS + i, SCALARS + count + i).ifPresent(findings::add);
        }
      }
    }
    return findings;
  }

  private Optional<Finding> examine(int id, int weights, int gradient) {
    NodeProto node = algorithm.node(id);
    String parameter = node.getInput(weights);
    String tensor = node.getInput(gradient);
    if (parameter.isEmpty() || tensor.isEmpty()) {
      return Optional.empty();
    }
    if (algorithm.initializer(parameter).or(() -> main.initializer(parameter)).isEmpty()) {
      return Optional.of(
          miss(
              id,
              "the weights '"
                  + parameter
                  + "' are no initializer of the graph or the algorithm, so that no binding can"
                  + " update them"));
    }
    TensorType type = algorithm.type(parameter).or(main.type(parameter));
    Optional<Precision> precision = DataTypes.precision(type.type());
    if (precision.isEmpty() || type.fixedShape().isEmpty()) {
      return Optional.of(
          miss(id, "the weights '" + parameter + "' have no fixed floating-point shape"));
    }
    return Optional.of(
        new UpdateSite(
            new TrainedVariable(parameter, precision.get(), type.fixedShape().get()),
            tensor,
            List.of(new GradientEdge(algorithm.label(id), gradient)),
            new UpdateSite.Evidence(
                NAME, node.getOpType() + " takes it at input " + gradient, place)));
  }

  private NearMiss miss(int id, String reason) {
    return new NearMiss(place + "/" + algorithm.label(id), NAME, reason);
  }
}
