package org.grokfast.tensorflow.live;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Adds emitted nodes to a graph that a program holds, through TensorFlow Java's public builders. It
 * is the one place where protos become operations, so that there is one emitter and not two.
 */
final class NodeReplay {
  private final Graph graph;

  NodeReplay(Graph graph) {
    this.graph = graph;
  }

  /** Op definitions by name; read when a live graph is first touched. */
  private static final class OpDefs {
    static final Map<String, OpDef> BY_NAME =
        TensorFlow.registeredOpList().getOpList().stream()
            .collect(Collectors.toMap(OpDef::getName, def -> def, (a, b) -> a));
  }

  /**
   * Adds functions.
   *
   * @throws GraphRewriteException if TensorFlow refuses one
   */
  void add(List<FunctionDef> functions) {
    if (functions.isEmpty()) {
      return;
    }
    GraphDef.Builder library = GraphDef.newBuilder();
    library.getLibraryBuilder().addAllFunction(functions);
    try {
      graph.importGraphDef(library.build());
    } catch (org.tensorflow.exceptions.TensorFlowException | IllegalArgumentException e) {
      throw new GraphRewriteException(
          "TensorFlow refused a function with a filter: " + e.getMessage(), e);
    }
  }

  /**
   * Adds nodes, each after what it takes.
   *
   * @param nodes the nodes
   * @param initNodes the names of those that {@code session.initialize()} is to run
   * @throws GraphRewriteException if TensorFlow refuses a node
   */
  void replay(List<NodeDef> nodes, Set<String> initNodes) {
    try (Constants constants = new Constants(nodes)) {
      for (NodeDef node : nodes) {
        add(node, initNodes.contains(node.getName()), constants);
      }
    } catch (org.tensorflow.exceptions.TensorFlowException | IllegalArgumentException e) {
      throw new GraphRewriteException(
          "TensorFlow refused a node of the filter: " + e.getMessage(), e);
    }
  }

  private void add(NodeDef node, boolean init, Constants constants) {
    Scope scope = graph.baseScope();
    if (!node.getDevice().isEmpty()) {
      scope = scope.withDevice(Devices.parse(node.getDevice()));
    }
    if (init) {
      scope = scope.withInitScope();
    }
    GraphOperationBuilder builder = graph.opBuilder(node.getOp(), node.getName(), scope);
    addInputs(builder, node);
    node.getAttrMap()
        .forEach(
            (name, value) -> {
              if (node.getOp().equals("Const") && name.equals("value")) {
                builder.setAttr(name, constants.value(node.getName()));
              } else {
                NodeAttributes.set(builder, name, value);
              }
            });
    builder.build();
  }

  private void addInputs(GraphOperationBuilder builder, NodeDef node) {
    OpDef def = OpDefs.BY_NAME.get(node.getOp());
    if (def == null) {
      throw new GraphRewriteException(
          "node '" + node.getName() + "' has op " + node.getOp() + ", which TensorFlow lacks");
    }
    int next = 0;
    for (OpDef.ArgDef arg : def.getInputArgList()) {
      if (arg.getNumberAttr().isEmpty() && arg.getTypeListAttr().isEmpty()) {
        builder.addInput(output(node.getInput(next++)));
        continue;
      }
      int count =
          arg.getTypeListAttr().isEmpty()
              ? (int) node.getAttrOrThrow(arg.getNumberAttr()).getI()
              : node.getAttrOrThrow(arg.getTypeListAttr()).getList().getTypeCount();
      Output<?>[] list = new Output<?>[count];
      for (int i = 0; i < count; i++) {
        list[i] = output(node.getInput(next++));
      }
      builder.addInputList(list);
    }
    for (; next < node.getInputCount(); next++) {
      builder.addControlInput(operation(TensorName.nodeOf(node.getInput(next))));
    }
  }

  private Output<?> output(String input) {
    TensorName name = TensorName.parse(input);
    return operation(name.node()).output(name.index());
  }

  private GraphOperation operation(String name) {
    return graph.operationOrThrow(name);
  }

  /**
   * The values of constants. TensorFlow Java sets a tensor attribute from a tensor alone, and
   * TensorFlow itself knows best how to read one from a proto: a graph of nothing but the constants
   * is asked for its attributes. No session is made: the first one of a process decides how many
   * threads all later ones have, and that one is the program's.
   */
  private static final class Constants implements AutoCloseable {
    private final Map<String, Tensor> values = new HashMap<>();

    Constants(List<NodeDef> nodes) {
      GraphDef.Builder constants = GraphDef.newBuilder();
      for (NodeDef node : nodes) {
        if (node.getOp().equals("Const")) {
          constants.addNode(
              NodeDef.newBuilder()
                  .setName("c/" + node.getName())
                  .setOp("Const")
                  .putAttr("dtype", node.getAttrOrThrow("dtype"))
                  .putAttr("value", node.getAttrOrThrow("value")));
        }
      }
      if (constants.getNodeCount() == 0) {
        return;
      }
      try (Graph scratch = new Graph()) {
        scratch.importGraphDef(constants.build());
        for (NodeDef node : constants.getNodeList()) {
          values.put(
              node.getName().substring(2),
              scratch.operationOrThrow(node.getName()).attributes().getAttrTensor("value"));
        }
      }
    }

    Tensor value(String node) {
      return values.get(node);
    }

    @Override
    public void close() {
      values.values().forEach(Tensor::close);
    }
  }
}
