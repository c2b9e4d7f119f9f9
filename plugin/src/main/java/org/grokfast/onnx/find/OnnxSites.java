package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.io.NearestName;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;

/** Runs the rules of all forms on a model. */
public final class OnnxSites {
  private static final String BY_HAND = "by-hand";

  private final Map<String, String> gradients;
  private final Map<String, String> updates;

  /** What the rules find by themselves. */
  public OnnxSites() {
    this(Map.of(), Map.of());
  }

  /**
   * The same, with what the user knows better.
   *
   * @param gradients gradient tensors by parameter
   * @param updates outputs by parameter
   */
  public OnnxSites(Map<String, String> gradients, Map<String, String> updates) {
    this.gradients = new TreeMap<>(gradients);
    this.updates = Collections.unmodifiableMap(new TreeMap<>(updates));
  }

  /** The outputs that the user named, by parameter. */
  public Map<String, String> updates() {
    return updates;
  }

  /**
   * What is found, in a fixed order.
   *
   * @throws GraphRewriteException if a name by hand is not in the model
   */
  public List<Finding> find(ModelProto model) {
    List<Finding> found = new ArrayList<>();
    OnnxGraph graph = new OnnxGraph(model.getGraph());
    found.addAll(new OptimizerNodeRule(graph).find());
    for (Finding finding : new AccumulatorRule(graph).find()) {
      if (finding instanceof UpdateSite site) {
        found.add(
            new NearMiss(
                site.edges().get(0).node(),
                AccumulatorRule.NAME,
                "this is the training model of ONNX Runtime's artifacts, whose filter state goes"
                    + " into the checkpoint; give the folder with all four artifacts"));
        break;
      }
    }
    Set<String> done = new HashSet<>(gradients.keySet());
    found.removeIf(f -> f instanceof UpdateSite site && done.contains(site.variable().name()));
    found.forEach(
        finding -> {
          if (finding instanceof UpdateSite site) {
            done.add(site.variable().name());
          }
        });
    for (int i = 0; i < model.getTrainingInfoCount(); i++) {
      OnnxGraph algorithm = new OnnxGraph(model.getTrainingInfo(i).getAlgorithm());
      found.addAll(new TrainingInfoRule(algorithm, graph, GraphLocation.algorithm(i)).find());
    }
    CarriedPairs pairs = new CarriedPairs(graph, updates);
    PlainStepRule plain = new PlainStepRule(graph, pairs, functions(model));
    found.addAll(plain.find(done));
    gradients.forEach((parameter, tensor) -> found.add(byHand(plain, pairs, parameter, tensor)));
    return SharedEdges.resolve(found);
  }

  private static Set<String> functions(ModelProto model) {
    Set<String> names = new HashSet<>();
    model.getFunctionsList().forEach(f -> names.add(f.getDomain() + "." + f.getName()));
    return names;
  }

  private static Finding byHand(
      PlainStepRule plain, CarriedPairs pairs, String parameter, String tensor) {
    OnnxGraph graph = plain.graph();
    CarriedPairs.Pair pair =
        pairs
            .of(parameter)
            .orElseThrow(
                () ->
                    new GraphRewriteException(
                        "gradient: no output of the graph is known to hold the next value of '"
                            + parameter
                            + "'; name it with --update "
                            + parameter
                            + "=OUTPUT"));
    if (!plain.flow().has(tensor)) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' of '"
              + parameter
              + "' is no tensor of the graph"
              + NearestName.of(tensor, plain.flow().names())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse(""));
    }
    TensorType type = graph.type(parameter);
    TensorType own = graph.type(tensor);
    if (type.fixedShape().isEmpty()
        || own.fixedShape().map(s -> !s.equals(type.fixedShape().get())).orElse(false)) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' has shape "
              + own.shape().map(Object::toString).orElse("unknown")
              + " where parameter '"
              + parameter
              + "' has "
              + type.shape().map(Object::toString).orElse("unknown"));
    }
    Precision precision =
        DataTypes.precision(own.type())
            .or(() -> DataTypes.precision(type.type()))
            .orElseThrow(
                () ->
                    new GraphRewriteException(
                        "gradient '" + tensor + "' has no floating-point elements"));
    TrainedVariable variable = new TrainedVariable(parameter, precision, type.fixedShape().get());
    return plain.site(
        variable, tensor, pair.output(), new PlainStepRule.Rule(BY_HAND, "named by hand"));
  }
}
