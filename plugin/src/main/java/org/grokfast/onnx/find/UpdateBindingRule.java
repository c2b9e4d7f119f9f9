package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GradientOp;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;

/**
 * A {@code training_info} that updates the weights by standard operators: a {@code Gradient} node
 * says which tensor is the gradient of which weights, an {@code update_binding} which tensor is
 * their next value.
 *
 * <pre>
 *   before                            after
 *   g = Gradient(w, x)                g = Gradient(w, x)
 *                                     g' = filter(g)
 *   s = Mul(r, g)                     s = Mul(r, g')
 *   w_new = Sub(w, s)                 w_new = Sub(w, s)
 *   bound: w to w_new                 bound: w to w_new, the filter's state to its next value
 * </pre>
 *
 * <p>The consumers that lead to the next value of the weights or of any state take the filtered
 * gradient. The optimizer nodes of the format's own are left to {@link TrainingInfoRule}.
 *
 * <ol>
 *   <li>{@code Gradient} names the gradient, and the binding the next value.
 *   <li>State that is updated after the weights takes the filtered gradient too.
 *   <li>Each name in {@code xs} has an output of its own.
 *   <li>An optimizer node is left to the rule that knows it.
 *   <li>Weights without a binding are not trained.
 *   <li>A binding without a {@code Gradient} is no site.
 *   <li>A gradient that no node takes is a near-miss.
 *   <li>Weights of integers are a near-miss.
 * </ol>
 */
final class UpdateBindingRule implements SiteRule<TrainingModel> {
  static final String NAME = "update-binding";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a Gradient node and standard operators in the algorithm of a training_info";
  }

  @Override
  public List<Finding> find(TrainingModel model) {
    Set<String> done = new HashSet<>(model.namedGradients().keySet());
    for (Finding finding : new TrainingInfoRule().find(model)) {
      if (finding instanceof UpdateSite site) {
        done.add(site.variable().name());
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      Algorithm algorithm =
          new Algorithm(model.trainingInfo().get(i), model.graph(), GraphLocation.algorithm(i));
      algorithm.find(done, findings);
    }
    return findings;
  }

  /**
   * The site of a gradient that the user named, if an algorithm binds its parameter.
   *
   * @param rule the rule in whose name it is found
   */
  static Optional<Finding> named(
      TrainingModel model, String parameter, String tensor, String rule) {
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      Algorithm algorithm =
          new Algorithm(model.trainingInfo().get(i), model.graph(), GraphLocation.algorithm(i));
      for (StringStringEntryProto binding : model.trainingInfo().get(i).getUpdateBindingList()) {
        if (binding.getKey().equals(parameter) && algorithm.graph.has(tensor)) {
          GradientSites.Update update = algorithm.update(rule, "named by hand", binding.getValue());
          return Optional.of(algorithm.examine(parameter, tensor, update));
        }
      }
    }
    return Optional.empty();
  }

  /** The rule at work on one algorithm. */
  private static final class Algorithm {
    private final TrainingInfoProto training;
    private final OnnxGraph graph;
    private final OnnxGraph main;
    private final String location;
    private final DataFlow flow;
    private final Map<String, String> gradients = new HashMap<>();

    Algorithm(TrainingInfoProto training, OnnxGraph main, String location) {
      this.training = training;
      this.graph = new OnnxGraph(training.getAlgorithm());
      this.main = main;
      this.location = location;
      this.flow = new DataFlow(graph);
      training.getAlgorithm().getNodeList().forEach(this::addGradients);
    }

    /** The gradients that a node gives: one output for each name in its attribute {@code xs}. */
    private void addGradients(NodeProto node) {
      if (GradientOp.is(node)) {
        List<String> arguments = GradientOp.arguments(node);
        for (int i = 0; i < arguments.size(); i++) {
          gradients.putIfAbsent(arguments.get(i), node.getOutput(i));
        }
      }
    }

    void find(Set<String> done, List<Finding> findings) {
      for (StringStringEntryProto binding : training.getUpdateBindingList()) {
        String gradient = gradients.getOrDefault(binding.getKey(), "");
        if (!gradient.isEmpty() && !done.contains(binding.getKey())) {
          String text =
              "Gradient gives it for '"
                  + binding.getKey()
                  + "', which is bound to '"
                  + binding.getValue()
                  + "'";
          findings.add(examine(binding.getKey(), gradient, update(NAME, text, binding.getValue())));
        }
      }
    }

    private GradientSites.Update update(String rule, String text, String next) {
      return new GradientSites.Update(rule, text, next, leading(next));
    }

    private Finding examine(String parameter, String gradient, GradientSites.Update update) {
      TensorType type = graph.type(parameter).or(main.type(parameter));
      Optional<Precision> precision = DataTypes.precision(type.type());
      if (precision.isEmpty() || type.fixedShape().isEmpty()) {
        return new NearMiss(
            location + "/" + update.next(),
            update.rule(),
            "the weights '" + parameter + "' have no fixed floating-point shape");
      }
      return new GradientSites(graph, flow, location)
          .site(
              new TrainedVariable(parameter, precision.get(), type.fixedShape().get()),
              gradient,
              update);
    }

    /** The tensors that influence the next value of some weights, or of any state. */
    private BitSet leading(String next) {
      List<String> ends = new ArrayList<>(List.of(next));
      for (StringStringEntryProto binding : training.getUpdateBindingList()) {
        if (!gradients.containsKey(binding.getKey())) {
          ends.add(binding.getValue());
        }
      }
      return flow.ancestors(ends);
    }
  }
}
