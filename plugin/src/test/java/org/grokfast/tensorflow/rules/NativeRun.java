package org.grokfast.tensorflow.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/** Some steps of a graph in TensorFlow's session. */
final class NativeRun {
  private static final int STEPS = 3;

  private NativeRun() {}

  /** The bits of all float variables after each step; what runs is what the original ends in. */
  static Map<String, List<Integer>> of(GraphDef def, GraphDef original) {
    List<VariableNode> variables =
        original.getNodeList().stream()
            .map(VariableNode::of)
            .flatMap(Optional::stream)
            .filter(variable -> variable.dtype() == DataType.DT_FLOAT)
            .toList();
    Map<String, List<Integer>> bits = new TreeMap<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(withReads(def, variables));
      try (Session session = new Session(graph)) {
        session.runner().addTarget("Init").run().close();
        if (graph.operation("grokfast/init") != null) {
          session.runner().addTarget("grokfast/init").run().close();
        }
        for (int step = 0; step < STEPS; step++) {
          step(session, original, step);
          for (VariableNode variable : variables) {
            try (var result = session.runner().fetch(variable.nodeName() + "/now").run()) {
              List<Integer> all =
                  bits.computeIfAbsent(variable.nodeName(), name -> new ArrayList<>());
              ((TFloat32) result.get(0))
                  .scalars()
                  .forEach(scalar -> all.add(Float.floatToRawIntBits(scalar.getFloat())));
            }
          }
        }
      }
    }
    return bits;
  }

  private static GraphDef withReads(GraphDef def, List<VariableNode> variables) {
    GraphDef.Builder result = def.toBuilder();
    for (VariableNode variable : variables) {
      boolean reference = variable.kind() == VariableNode.Kind.REFERENCE;
      result
          .addNodeBuilder()
          .setName(variable.nodeName() + "/now")
          .setOp(reference ? "Identity" : "ReadVariableOp")
          .addInput(variable.nodeName())
          .putAttr(reference ? "T" : "dtype", Attrs.type(variable.dtype()));
    }
    return result.build();
  }

  private static void step(Session session, GraphDef original, int step) {
    Session.Runner runner = session.runner();
    List<Tensor> fed = new ArrayList<>();
    try {
      for (NodeDef node : original.getNodeList()) {
        if (node.getOp().equals("Placeholder")) {
          fed.add(data(node, step));
          runner.feed(node.getName(), fed.get(fed.size() - 1));
        }
      }
      targets(original).forEach(runner::addTarget);
      runner.run().close();
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  private static Tensor data(NodeDef placeholder, int step) {
    long[] shape =
        placeholder.getAttrOrThrow("shape").getShape().getDimList().stream()
            .mapToLong(dim -> dim.getSize())
            .toArray();
    int size = (int) Shape.of(shape).size();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = ((step * 5 + i * 3 + placeholder.getName().length()) % 7 - 3) / 4f;
    }
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values));
  }

  /** The nodes that nothing takes from, without the initializer and what it runs. */
  private static List<String> targets(GraphDef graph) {
    Set<String> taken = new HashSet<>(Set.of("Init"));
    for (NodeDef node : graph.getNodeList()) {
      node.getInputList().forEach(input -> taken.add(TensorName.nodeOf(input)));
    }
    return graph.getNodeList().stream()
        .map(NodeDef::getName)
        .filter(name -> !taken.contains(name))
        .toList();
  }
}
