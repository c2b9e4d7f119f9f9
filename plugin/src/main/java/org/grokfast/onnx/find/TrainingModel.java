package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;

/** What the rules look at: a model with its indices, and what the user knows better. */
public final class TrainingModel {
  private final ModelProto model;
  private final Map<String, String> gradients;
  private final boolean artifact;
  private final OnnxGraph graph;
  private final CarriedPairs pairs;
  private final DataFlow flow;
  private final StepRoles roles;

  private TrainingModel(
      ModelProto model,
      boolean artifact,
      Map<String, String> gradients,
      Map<String, String> updates) {
    this.model = model;
    this.artifact = artifact;
    this.gradients = new TreeMap<>(gradients);
    this.graph = new OnnxGraph(model.getGraph(), model.getFunctionsList());
    this.flow = new DataFlow(graph);
    this.pairs = new CarriedPairs(graph, flow, updates);
    this.roles = new StepRoles(graph, flow, pairs);
  }

  /**
   * A model by itself.
   *
   * @param gradients gradient tensors by parameter, named by the user
   * @param updates outputs by parameter, named by the user
   * @throws org.grokfast.rewrite.GraphRewriteException if a name of {@code updates} is not in the
   *     model
   */
  public static TrainingModel of(
      ModelProto model, Map<String, String> gradients, Map<String, String> updates) {
    return new TrainingModel(model, false, gradients, updates);
  }

  /** The training model of a folder of artifacts. */
  public static TrainingModel ofArtifacts(ModelProto training) {
    return new TrainingModel(training, true, Map.of(), Map.of());
  }

  /** Whether it is the training model of a folder of artifacts that is at hand. */
  public boolean isArtifact() {
    return artifact;
  }

  /** The model's own graph. */
  public OnnxGraph graph() {
    return graph;
  }

  /** How data flows through the model's own graph. */
  public DataFlow flow() {
    return flow;
  }

  /** The values that the model's own graph carries from step to step. */
  public CarriedPairs pairs() {
    return pairs;
  }

  /** What the inputs and outputs of the model's own graph are. */
  public StepRoles roles() {
    return roles;
  }

  /** How the model says that it is trained, beside its own graph. */
  public List<TrainingInfoProto> trainingInfo() {
    return model.getTrainingInfoList();
  }

  /** The gradient of a parameter as data flow shows it, whether or not it can be filtered. */
  public Optional<String> gradient(CarriedPairs.Pair pair) {
    Optional<List<Long>> shape = graph.type(pair.input()).fixedShape();
    return shape.flatMap(
        sizes -> new GradientSearch(graph, flow, pairs, roles).gradient(pair, sizes));
  }

  /** The gradients that the user named, by parameter in alphabetical order. */
  Map<String, String> namedGradients() {
    return gradients;
  }

  /** The functions that the model defines, as DOMAIN.NAME. */
  public Set<String> functions() {
    return model.getFunctionsList().stream()
        .map(function -> function.getDomain() + "." + function.getName())
        .collect(Collectors.toSet());
  }
}
