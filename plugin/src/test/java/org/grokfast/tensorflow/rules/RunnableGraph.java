package org.grokfast.tensorflow.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;

/**
 * A graph with everything that a session asks for: the attributes that follow from the types of the
 * inputs, as TensorFlow's own definitions of its ops say, and first values of the variables.
 */
final class RunnableGraph {
  private static final Map<String, OpDef> OPS =
      TensorFlow.registeredOpList().getOpList().stream()
          .collect(Collectors.toMap(OpDef::getName, op -> op));

  /** What a node makes; arguments of functions make one tensor without a name. */
  private record Output(String name, DataType type) {}

  private final GraphDef graph;
  private final Map<String, List<Output>> outputs = new HashMap<>();

  RunnableGraph(GraphDef graph) {
    this.graph = graph;
  }

  GraphDef completed() {
    GraphDef.Builder result = GraphDef.newBuilder();
    graph.getNodeList().forEach(node -> result.addNode(completed(node)));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      outputs.clear();
      function
          .getSignature()
          .getInputArgList()
          .forEach(arg -> outputs.put(arg.getName(), List.of(new Output("", arg.getType()))));
      FunctionDef.Builder body = function.toBuilder().clearNodeDef();
      function.getNodeDefList().forEach(node -> body.addNodeDef(completed(node)));
      function.getNodeDefList().forEach(node -> body.putControlRet(node.getName(), node.getName()));
      function
          .getNodeDefList()
          .forEach(node -> body.getSignatureBuilder().addControlOutput(node.getName()));
      result.getLibraryBuilder().addFunction(body);
    }
    addInitializer(result);
    return result.build();
  }

  private static void addInitializer(GraphDef.Builder result) {
    List<VariableNode> variables =
        result.getNodeList().stream().map(VariableNode::of).flatMap(Optional::stream).toList();
    NodeDef.Builder init = NodeDef.newBuilder().setName("Init").setOp("NoOp");
    for (VariableNode variable : variables) {
      String name = variable.nodeName();
      boolean reference = variable.kind() == VariableNode.Kind.REFERENCE;
      result
          .addNodeBuilder()
          .setName(name + "/first")
          .setOp("Const")
          .putAttr("dtype", Attrs.type(variable.dtype()))
          .putAttr("value", first(variable, variables.indexOf(variable)));
      result
          .addNodeBuilder()
          .setName(name + "/Assign")
          .setOp(reference ? "Assign" : "AssignVariableOp")
          .addInput(name)
          .addInput(name + "/first")
          .putAttr(reference ? "T" : "dtype", Attrs.type(variable.dtype()));
      init.addInput("^" + name + "/Assign");
    }
    result.addNode(init);
  }

  /** Numbers between 0.5 and 1.5, others for each variable. */
  private static AttrValue first(VariableNode variable, int number) {
    List<Long> shape = variable.shape().orElseThrow();
    TensorProto.Builder value =
        TensorProto.newBuilder()
            .setDtype(variable.dtype())
            .setTensorShape(Attrs.shape(shape).getShape());
    long count = shape.stream().reduce(1L, (a, b) -> a * b);
    for (int i = 0; i < count; i++) {
      double element = 0.5 + ((number * 7 + i * 3) % 11) / 11.0;
      switch (variable.dtype()) {
        case DT_FLOAT -> value.addFloatVal((float) element);
        case DT_DOUBLE -> value.addDoubleVal(element);
        case DT_INT64 -> value.addInt64Val(i);
        case DT_INT32 -> value.addIntVal(i);
        default -> throw new IllegalArgumentException("no values of " + variable.dtype());
      }
    }
    return AttrValue.newBuilder().setTensor(value).build();
  }

  private NodeDef completed(NodeDef node) {
    OpDef op = OPS.get(node.getOp());
    if (op == null) {
      throw new IllegalArgumentException("TensorFlow has no op " + node.getOp());
    }
    NodeDef.Builder result = node.toBuilder();
    List<DataType> inputs = new ArrayList<>();
    node.getInputList().stream()
        .map(TensorName::parse)
        .filter(input -> !input.isControl())
        .forEach(input -> inputs.add(type(input)));
    int next = 0;
    for (OpDef.ArgDef argument : op.getInputArgList()) {
      int last = op.getInputArgCount() - 1;
      boolean many = !argument.getNumberAttr().isEmpty() || !argument.getTypeListAttr().isEmpty();
      int count = many ? inputs.size() - next - (last - op.getInputArgList().indexOf(argument)) : 1;
      List<DataType> types = inputs.subList(next, Math.min(next + count, inputs.size()));
      next += count;
      if (!argument.getTypeListAttr().isEmpty()) {
        putMissing(result, argument.getTypeListAttr(), Attrs.types(types));
      }
      if (!argument.getNumberAttr().isEmpty()) {
        putMissing(result, argument.getNumberAttr(), Attrs.integer(count));
      }
      if (!argument.getTypeAttr().isEmpty() && !types.isEmpty()) {
        putMissing(result, argument.getTypeAttr(), Attrs.type(types.get(0)));
      }
    }
    for (OpDef.AttrDef attribute : op.getAttrList()) {
      if (!attribute.hasDefaultValue() && !result.containsAttr(attribute.getName())) {
        if (attribute.getType().equals("type")) {
          result.putAttr(attribute.getName(), Attrs.type(DataType.DT_FLOAT));
        } else if (attribute.getName().equals("Tout")) {
          result.putAttr("Tout", Attrs.types(returned(node)));
        }
      }
    }
    outputs.put(node.getName(), outputs(op, result.build()));
    return result.build();
  }

  private List<DataType> returned(NodeDef node) {
    String called =
        node.getAttrMap().values().stream()
            .filter(AttrValue::hasFunc)
            .findFirst()
            .orElseThrow()
            .getFunc()
            .getName();
    return graph.getLibrary().getFunctionList().stream()
        .filter(function -> function.getSignature().getName().equals(called))
        .flatMap(function -> function.getSignature().getOutputArgList().stream())
        .map(OpDef.ArgDef::getType)
        .toList();
  }

  private static void putMissing(NodeDef.Builder node, String name, AttrValue value) {
    if (!node.containsAttr(name)) {
      node.putAttr(name, value);
    }
  }

  private DataType type(TensorName input) {
    List<Output> all = outputs.getOrDefault(input.node(), List.of());
    List<Output> fitting =
        input.output().isEmpty()
            ? all
            : all.stream().filter(output -> output.name().equals(input.output())).toList();
    if (fitting.size() <= input.index()) {
      throw new IllegalArgumentException("no tensor " + input);
    }
    return fitting.get(input.index()).type();
  }

  private static List<Output> outputs(OpDef op, NodeDef node) {
    List<Output> all = new ArrayList<>();
    for (OpDef.ArgDef output : op.getOutputArgList()) {
      List<DataType> types = List.of(output.getType());
      if (!output.getTypeAttr().isEmpty()) {
        types = List.of(attribute(op, node, output.getTypeAttr()).getType());
      }
      if (!output.getNumberAttr().isEmpty()) {
        int count = (int) attribute(op, node, output.getNumberAttr()).getI();
        types = Collections.nCopies(count, types.get(0));
      } else if (!output.getTypeListAttr().isEmpty()) {
        types = attribute(op, node, output.getTypeListAttr()).getList().getTypeList();
      }
      types.forEach(type -> all.add(new Output(output.getName(), type)));
    }
    return all;
  }

  private static AttrValue attribute(OpDef op, NodeDef node, String name) {
    return node.containsAttr(name)
        ? node.getAttrOrThrow(name)
        : op.getAttrList().stream()
            .filter(attribute -> attribute.getName().equals(name))
            .findFirst()
            .orElseThrow()
            .getDefaultValue();
  }
}
