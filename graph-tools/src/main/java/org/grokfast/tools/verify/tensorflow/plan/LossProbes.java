package org.grokfast.tools.verify.tensorflow.plan;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.proof.LossCandidates;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Makes the losses in functions readable, as {@link Probes} does for gradients. What a function
 * returns may be another thing than the loss that its gradients come from: the mean of all losses
 * so far, a number of steps, nothing.
 *
 * <pre>
 *   in the function:      loss ──▶ AssignVariableOp(probe) ─ ─▶ update, or the call that leads to it
 *   in the main graph:    training step ─ ─▶ ReadVariableOp(probe)
 * </pre>
 */
final class LossProbes {
  private static final String ROOT = "grokfast_verify/loss/";
  private static final int MOST = 48;

  private final GraphDef.Builder graph;
  private final Map<String, String> shown = new LinkedHashMap<>();

  private LossProbes(GraphDef graph) {
    this.graph = graph.toBuilder();
  }

  /**
   * Puts probes into a graph.
   *
   * @param graph the graph
   * @param steps the filters that stand in functions, each with the nodes that run it
   */
  static LossProbes in(GraphDef graph, Map<FilterNode, List<String>> steps) {
    LossProbes probes = new LossProbes(graph);
    Set<String> done = new HashSet<>();
    steps.forEach(
        (filter, nodes) -> {
          String update = InsertionPoint.of(probes.graph, filter).update().getName();
          probes.above(filter.function(), update, nodes, done);
        });
    return probes;
  }

  /** In a function, and in those that call it. */
  private void above(String name, String anchor, List<String> steps, Set<String> done) {
    if (!done.add(name)) {
      return;
    }
    for (FunctionDef.Builder function : graph.getLibraryBuilder().getFunctionBuilderList()) {
      if (function.getSignature().getName().equals(name)) {
        inside(function, anchor, steps);
      }
    }
    for (FunctionDef function : List.copyOf(graph.getLibrary().getFunctionList())) {
      function.getNodeDefList().stream()
          .filter(node -> calls(node).anyMatch(name::equals))
          .findFirst()
          .ifPresent(call -> above(function.getSignature().getName(), call.getName(), steps, done));
    }
  }

  private static Stream<String> calls(NodeDef node) {
    return Stream.concat(
        Stream.of(node.getOp()),
        node.getAttrMap().values().stream()
            .flatMap(
                value ->
                    Stream.concat(
                        Stream.of(value.getFunc().getName()),
                        value.getList().getFuncList().stream().map(f -> f.getName()))));
  }

  private void inside(FunctionDef.Builder function, String anchor, List<String> steps) {
    Set<String> behind = behind(function, anchor);
    List<NodeDef> found =
        function.getNodeDefList().stream()
            .filter(node -> !behind.contains(node.getName()) && !InsertedNodes.contains(node))
            .filter(node -> LossCandidates.mayEndInLoss(node) && mayBeSingle(node))
            .toList();
    for (NodeDef node : found) {
      if (shown.size() >= MOST) {
        return;
      }
      probe(function, node, anchor, steps);
    }
  }

  /** What waits for a node, itself included. */
  private static Set<String> behind(FunctionDef.Builder function, String anchor) {
    Map<String, List<String>> consumers = new HashMap<>();
    for (NodeDef node : function.getNodeDefList()) {
      node.getInputList()
          .forEach(
              input ->
                  consumers
                      .computeIfAbsent(NodeIndex.nodeOf(input), name -> new ArrayList<>())
                      .add(node.getName()));
    }
    Set<String> seen = new HashSet<>(Set.of(anchor));
    List<String> todo = new ArrayList<>(List.of(anchor));
    while (!todo.isEmpty()) {
      consumers.getOrDefault(todo.remove(todo.size() - 1), List.of()).stream()
          .filter(seen::add)
          .forEach(todo::add);
    }
    return seen;
  }

  /** Whether the shape that a node may state is that of a single number. */
  private static boolean mayBeSingle(NodeDef node) {
    AttrValue shapes = node.getAttrOrDefault("_output_shapes", AttrValue.getDefaultInstance());
    return shapes.getList().getShapeCount() == 0
        || shapes.getList().getShape(0).getUnknownRank()
        || shapes.getList().getShape(0).getDimCount() == 0;
  }

  private void probe(
      FunctionDef.Builder function, NodeDef node, String anchor, List<String> steps) {
    String name = ROOT + shown.size();
    DataType type = LossCandidates.type(node);
    NodeDef.Builder handle =
        node("VarHandleOp", name, type)
            .putAttr(
                "shape",
                AttrValue.newBuilder()
                    .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                    .build())
            .putAttr(
                "shared_name", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(name)).build());
    function.addNodeDef(handle);
    function.addNodeDef(
        node("AssignVariableOp", name + "/write", type)
            .addInput(name + ":resource:0")
            .addInput(node.getName() + ":" + LossCandidates.output(node) + ":0"));
    function.getNodeDefBuilderList().stream()
        .filter(each -> each.getName().equals(anchor))
        .forEach(each -> each.addInput("^" + name + "/write"));
    NodeDef.Builder read = node("ReadVariableOp", name + "/read", type).addInput(name);
    steps.forEach(step -> read.addInput("^" + step));
    graph.addNode(handle).addNode(read);
    shown.put(
        name + "/read", node.getName() + "' in function '" + function.getSignature().getName());
  }

  private static NodeDef.Builder node(String op, String name, DataType type) {
    return NodeDef.newBuilder()
        .setOp(op)
        .setName(name)
        .putAttr("dtype", AttrValue.newBuilder().setType(type).build());
  }

  /** The tensors of the main graph that read the losses, and what each is called. */
  Map<String, String> shown() {
    return shown;
  }

  /** The graph with all probes in it. */
  GraphDef graph() {
    return graph.build();
  }
}
