package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GradientOp;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;

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

  /**
   * The model's graph and the algorithm of a {@code training_info} as one step: what a binding
   * updates is an input, its next value an output of a telling name, and what {@code Gradient} is
   * taken of a loss among the outputs.
   */
  public TrainingModel step(TrainingInfoProto training) {
    ModelProto step = model.toBuilder().clearTrainingInfo().setGraph(merged(training)).build();
    return new TrainingModel(step, false, Map.of(), Map.of());
  }

  private GraphProto merged(TrainingInfoProto training) {
    GraphProto algorithm = training.getAlgorithm();
    OnnxGraph inner = new OnnxGraph(algorithm);
    Map<String, String> bound = new LinkedHashMap<>();
    for (StringStringEntryProto binding : training.getUpdateBindingList()) {
      if (inner
          .producer(binding.getValue())
          .or(() -> graph.producer(binding.getValue()))
          .isPresent()) {
        bound.putIfAbsent(binding.getKey(), binding.getValue());
      }
    }
    GraphProto.Builder step = GraphProto.newBuilder();
    Set<String> inputs = new HashSet<>(bound.keySet());
    Stream.of(algorithm, graph.proto())
        .flatMap(each -> each.getInputList().stream())
        .filter(input -> inner.producer(input.getName()).isEmpty() && inputs.add(input.getName()))
        .forEach(step::addInput);
    Set<String> constants = new HashSet<>(bound.keySet());
    Stream.of(algorithm, graph.proto())
        .flatMap(each -> each.getInitializerList().stream())
        .filter(tensor -> inner.producer(tensor.getName()).isEmpty())
        .filter(tensor -> constants.add(tensor.getName()))
        .forEach(step::addInitializer);
    graph.proto().getNodeList().stream()
        .filter(node -> node.getOutputList().stream().noneMatch(o -> inner.producer(o).isPresent()))
        .forEach(step::addNode);
    step.addAllNode(algorithm.getNodeList());
    step.addAllValueInfo(graph.proto().getValueInfoList());
    step.addAllValueInfo(algorithm.getValueInfoList());
    Set<String> outputs = new LinkedHashSet<>();
    bound.forEach(
        (key, value) -> {
          step.addInput(info(key, inner.type(key).or(graph.type(key))));
          String next =
              NextValueNames.outputOf(key, value, name -> inner.has(name) || graph.has(name));
          if (!next.equals(value)) {
            step.addNode(
                NodeProto.newBuilder().setOpType("Identity").addInput(value).addOutput(next));
          }
          outputs.add(next);
        });
    algorithm.getOutputList().stream()
        .map(ValueInfoProto::getName)
        .filter(name -> !bound.containsValue(name))
        .forEach(outputs::add);
    outputs.forEach(name -> step.addOutput(ValueInfoProto.newBuilder().setName(name)));
    algorithm.getNodeList().stream().filter(GradientOp::is).forEach(node -> addLoss(step, node));
    return step.build();
  }

  /** A single number that depends on all that a node gives gradients for, used or not. */
  private static void addLoss(GraphProto.Builder step, NodeProto gradient) {
    GradientOp.of(gradient)
        .ifPresent(
            of -> {
              String loss = "loss of " + gradient.getOutput(0);
              step.addNode(
                  NodeProto.newBuilder()
                      .setOpType("Loss")
                      .addInput(of)
                      .addAllInput(GradientOp.arguments(gradient))
                      .addOutput(loss));
              step.addOutput(info(loss, TensorType.of(DataType.FLOAT_VALUE, List.of())));
            });
  }

  private static ValueInfoProto info(String name, TensorType type) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.type());
    type.shape()
        .ifPresent(
            shape -> {
              tensor.setShape(TensorShapeProto.getDefaultInstance());
              shape.forEach(
                  size -> tensor.getShapeBuilder().addDimBuilder().setDimValue(Math.max(-1, size)));
            });
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
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

  /**
   * Whether a tensor is an output of the model's own graph that is fed back as a state.
   *
   * @param leading the tensors that influence a parameter's next value, by number
   */
  public boolean isFedBack(String tensor, BitSet leading) {
    return pairs.all().stream()
        .filter(pair -> pair.output().equals(tensor) && !roles.isParameter(pair))
        .anyMatch(pair -> leading.get(flow.number(pair.input())));
  }

  /** The gradient of a parameter as data flow shows it, whether or not it can be filtered. */
  public Optional<String> gradient(CarriedPairs.Pair pair) {
    Optional<List<Long>> shape = graph.type(pair.input()).fixedShape();
    return shape.flatMap(
        sizes -> new GradientSearch(graph, flow, pairs, roles).gradient(pair, sizes).gradient());
  }

  /** The gradients that the user named, by parameter in alphabetical order. */
  public Map<String, String> namedGradients() {
    return gradients;
  }

  /** The functions that the model defines, as DOMAIN.NAME. */
  public Set<String> functions() {
    return model.getFunctionsList().stream()
        .map(function -> function.getDomain() + "." + function.getName())
        .collect(Collectors.toSet());
  }
}
