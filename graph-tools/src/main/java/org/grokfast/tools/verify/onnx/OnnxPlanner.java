package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.filter.FilterDescription;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.find.FilteredGradient;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.onnx.graph.TensorValues;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tools.verify.VerifySettings;

/** Decides what is run and compared, from the models alone. */
final class OnnxPlanner {
  private final ModelProto original;
  private final ModelProto rewritten;
  private final VerifySettings settings;

  private OnnxPlanner(ModelProto original, ModelProto rewritten, VerifySettings settings) {
    this.original = original;
    this.rewritten = rewritten;
    this.settings = settings;
  }

  /**
   * Plans the comparison of two models.
   *
   * @throws NothingToRewriteException if the second holds no filter
   * @throws GraphRewriteException if the second is no rewrite of the first, or is not run by the
   *     runtime
   */
  static OnnxPlan plan(ModelProto original, ModelProto rewritten, VerifySettings settings) {
    OnnxPlanner planner = new OnnxPlanner(original, rewritten, settings);
    planner.requireRewrite();
    List<CarriedValue> carried = CarriedValue.of(rewritten);
    Map<String, String> updates = new LinkedHashMap<>();
    Set<String> states = new HashSet<>();
    for (CarriedValue value : carried) {
      states.add(value.input());
      if (!value.isFilterState()) {
        updates.put(value.input(), value.output());
      }
    }
    Set<String> trained = new HashSet<>();
    FilteredGradient.of(rewritten).forEach(gradient -> trained.add(gradient.parameter()));
    OnnxInspection.of(original).inputs().stream()
        .filter(input -> input.role().equals("trained"))
        .forEach(input -> trained.add(input.name()));
    trained.retainAll(updates.keySet());
    Set<String> others = new HashSet<>(updates.keySet());
    others.removeAll(trained);
    return planner.plan(
        false, planner.inputs(states), planner.only(trained), updates, planner.only(others));
  }

  /** Plans the comparison of two folders of artifacts; throws as for models. */
  static OnnxPlan plan(OrtArtifacts original, OrtArtifacts rewritten, VerifySettings settings) {
    OnnxPlanner planner =
        new OnnxPlanner(original.training().model(), rewritten.training().model(), settings);
    planner.requireRewrite();
    // The runtime feeds the checkpoint's tensors, the buffers and their reset by itself.
    Set<String> fed = new HashSet<>();
    original.checkpoint().trained().stream().map(Checkpoint.Entry::name).forEach(fed::add);
    original.checkpoint().frozen().stream().map(Checkpoint.Entry::name).forEach(fed::add);
    planner.original.getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals("InPlaceAccumulatorV2"))
        .forEach(
            node -> {
              fed.add(node.getInput(0));
              fed.add(node.getInput(2));
            });
    Set<String> trained = new HashSet<>();
    original.checkpoint().trained().forEach(entry -> trained.add(entry.name()));
    Set<String> frozen = new HashSet<>();
    original.checkpoint().frozen().forEach(entry -> frozen.add(entry.name()));
    return planner.plan(
        true, planner.inputs(fed), planner.only(trained), Map.of(), planner.only(frozen));
  }

  private OnnxPlan plan(
      boolean artifacts,
      List<StepInput> inputs,
      List<StepInput> parameters,
      Map<String, String> updates,
      List<StepInput> carried) {
    return new OnnxPlan(
        artifacts,
        new OnnxPlan.Run(
            settings.steps(),
            settings.tolerance(),
            settings.random().seed(),
            settings.random().intRange(),
            settings.feeds().map(path -> path.toAbsolutePath().toString()).orElse(null)),
        inputs,
        parameters,
        updates,
        probes(rewritten),
        lambs(),
        FilteredGradient.of(rewritten).stream()
            .allMatch(gradient -> FilterDescription.parse(gradient.filter()).passesWithoutLamb()),
        carried,
        null);
  }

  /** Plans the proof of a step whose comparison is planned. */
  static ProofPlanner.Planned proof(
      OnnxPlan plan, ModelProto original, ModelProto rewritten, Optional<String> loss) {
    List<String> metrics =
        original.getGraph().getOutputList().stream()
            .map(ValueInfoProto::getName)
            .filter(name -> !plan.updates().containsValue(name))
            .filter(name -> !name.endsWith(RuntimeOps.ACCUMULATED))
            .toList();
    // Of artifacts nothing is carried within the model: what is frozen stays as it is.
    List<StepInput> constants = plan.artifacts() ? plan.carried() : List.of();
    return ProofPlanner.plan(
        original, FilteredGradient.of(rewritten), metrics, plan.updates(), constants, loss);
  }

  private List<String> lambs() {
    return rewritten.getGraph().getInputList().stream()
        .map(ValueInfoProto::getName)
        .filter(name -> InsertedNames.isParameter(name, "lamb"))
        .toList();
  }

  private void requireRewrite() {
    if (!OnnxStripper.isRewritten(rewritten)) {
      throw new NothingToRewriteException(
          "the rewritten model holds no filter; give ORIGINAL first, then REWRITTEN");
    }
    if (FilteredGradient.of(rewritten).isEmpty()) {
      throw new GraphRewriteException(
          "the filter lies in a training_info, which ONNX Runtime does not run: nothing can be"
              + " compared");
    }
    requireNoRates();
    if (!OnnxStripper.apply(rewritten).equals(original)) {
      throw new GraphRewriteException(
          "the second model without its filter is not the first; see 'grokfast diff', and rewrite"
              + " the original again");
    }
  }

  private void requireNoRates() {
    List<FilteredGradient> gradients = FilteredGradient.of(rewritten);
    for (FilteredGradient gradient : gradients) {
      for (StepPass pass : passes(gradients, gradient.parameter())) {
        if (pass.needsRate()) {
          throw new GraphRewriteException(
              pass.kind().name()
                  + " stands at an optimizer node of ai.onnx.preview.training, for which ONNX"
                  + " Runtime has no kernel: nothing can be compared");
        }
      }
    }
  }

  /** The passes of a parameter, in the order of a step. */
  static List<StepPass> passes(List<FilteredGradient> gradients, String parameter) {
    return of(gradients, parameter)
        .flatMap(each -> FilterDescription.parse(each.filter()).options().passes().stream())
        .filter(pass -> pass.selects(parameter))
        .toList();
  }

  /** The gradients of a parameter. */
  static Stream<FilteredGradient> of(List<FilteredGradient> gradients, String parameter) {
    return gradients.stream()
        .filter(each -> ProofPlanner.parameter(each, parameter::equals).equals(parameter));
  }

  private List<StepInput> inputs(Set<String> without) {
    Set<String> defaults = new HashSet<>();
    original.getGraph().getInitializerList().stream()
        .map(TensorProto::getName)
        .forEach(defaults::add);
    List<StepInput> inputs = new ArrayList<>();
    for (ValueInfoProto info : original.getGraph().getInputList()) {
      if (!without.contains(info.getName()) && !defaults.contains(info.getName())) {
        inputs.add(input(info));
      }
    }
    return inputs;
  }

  private List<StepInput> only(Set<String> names) {
    return original.getGraph().getInputList().stream()
        .filter(info -> names.contains(info.getName()))
        .map(this::input)
        .toList();
  }

  private StepInput input(ValueInfoProto info) {
    TypeProto.Tensor tensor = info.getType().getTensorType();
    List<Long> shape = null;
    if (tensor.hasShape()) {
      shape = new ArrayList<>();
      for (TensorShapeProto.Dimension dimension : tensor.getShape().getDimList()) {
        shape.add(
            dimension.hasDimValue() ? dimension.getDimValue() : (long) settings.random().batch());
      }
    }
    return new StepInput(info.getName(), tensor.getElemType(), shape);
  }

  /** The gradients of a model under the names that {@link #probed} gives them. */
  private static List<FilteredGradient> probes(ModelProto model) {
    List<FilteredGradient> probes = new ArrayList<>();
    for (FilteredGradient gradient : FilteredGradient.of(model)) {
      String probe = "grokfast-verify/" + probes.size();
      probes.add(
          new FilteredGradient(
              gradient.parameter(),
              gradient.filter(),
              probe + "/raw",
              probe + "/filtered",
              gradient.gate().isEmpty() ? "" : probe + "/made"));
    }
    return probes;
  }

  /** The model with lamb at zero where it is a constant; where it is state, that is set instead. */
  static ModelProto unamplified(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getOpType().equals("Constant")
          && OnnxProvenance.isInserted(node.build())
          && InsertedNames.isParameter(node.getName(), "lamb")) {
        node.setAttribute(
            0, node.getAttribute(0).toBuilder().setT(TensorValues.scalar(DataType.DOUBLE, 0)));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  /**
   * The model with what enters and leaves the filters among its outputs, under names of their own:
   * the runtime hides outputs that are named like gradients.
   */
  static ModelProto probed(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    Map<String, TypeProto> types = new LinkedHashMap<>();
    graph.getInputList().forEach(info -> types.put(info.getName(), info.getType()));
    graph.getValueInfoList().forEach(info -> types.put(info.getName(), info.getType()));
    List<FilteredGradient> probes = probes(model);
    for (FilteredGradient gradient : FilteredGradient.of(model)) {
      FilteredGradient probe = probes.remove(0);
      TypeProto type = types.getOrDefault(gradient.raw(), types.get(gradient.parameter()));
      probe(graph, FilteredGradient.moved(model, gradient.raw()), probe.raw(), type);
      probe(graph, gradient.filtered(), probe.filtered(), type);
      probeGate(graph, gradient, probe);
      if (FilterDescription.parse(gradient.filter()).readsVariable()) {
        String parameter = ProofPlanner.parameter(gradient, types::containsKey);
        probe(graph, parameter, variable(probe), types.get(parameter));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  /**
   * The original with what says whether its steps make the updates among its outputs, under the
   * names of {@link #probed}: what follows an update is done to it between steps.
   */
  static ModelProto withGates(ModelProto original, ModelProto rewritten) {
    Map<String, NodeProto> inserted = new LinkedHashMap<>();
    rewritten.getGraph().getNodeList().stream()
        .filter(OnnxProvenance::isInserted)
        .forEach(node -> node.getOutputList().forEach(output -> inserted.put(output, node)));
    GraphProto.Builder graph = original.getGraph().toBuilder();
    List<FilteredGradient> probes = probes(rewritten);
    for (FilteredGradient gradient : FilteredGradient.of(rewritten)) {
      addMakers(graph, gradient.gate(), inserted);
      probeGate(graph, gradient, probes.remove(0));
    }
    return original.toBuilder().setGraph(graph).build();
  }

  /** Adds the inserted nodes that make a tensor, each once. */
  private static void addMakers(
      GraphProto.Builder graph, String tensor, Map<String, NodeProto> inserted) {
    NodeProto maker = inserted.remove(tensor);
    if (maker != null) {
      maker.getInputList().forEach(input -> addMakers(graph, input, inserted));
      graph.addNode(maker);
    }
  }

  private static void probeGate(
      GraphProto.Builder graph, FilteredGradient gradient, FilteredGradient probe) {
    if (!gradient.gate().isEmpty()) {
      TypeProto.Tensor scalar =
          TypeProto.Tensor.newBuilder()
              .setElemType(DataType.BOOL_VALUE)
              .setShape(TensorShapeProto.getDefaultInstance())
              .build();
      TypeProto type = TypeProto.newBuilder().setTensorType(scalar).build();
      probe(graph, gradient.gate(), probe.gate(), type);
      // What carries values from step to step looks at the model without what was inserted.
      graph.getNodeBuilder(graph.getNodeCount() - 1).addMetadataProps(OnnxProvenance.pass());
    }
  }

  /** The name of the parameter's probe, where its filter reads it. */
  static String variable(FilteredGradient probe) {
    return probe.raw() + "/variable";
  }

  private static void probe(GraphProto.Builder graph, String tensor, String name, TypeProto type) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType("Identity")
            .addInput(tensor)
            .addOutput(name));
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
    graph.addOutput(type == null ? info : info.setType(type));
  }
}
