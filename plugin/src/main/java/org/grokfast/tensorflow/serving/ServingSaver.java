package org.grokfast.tensorflow.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;

/**
 * The nodes that restore and save the variables of a graph, of both families: TensorFlow Java's own
 * saver knows reference variables only.
 *
 * <pre>
 *   save/filename ─▶ RestoreV2 ─▶ Assign, AssignVariableOp ─▶ save/restore_all
 *                └─▶ SaveV2 ◀─ variable, ReadVariableOp       save/control_dependency
 * </pre>
 *
 * @param graph the graph with these nodes
 * @param saver how loaders call them
 */
record ServingSaver(GraphDef graph, SaverDef saver) {
  private static final String ROOT = "save";

  /**
   * Adds a saver to a graph that has none.
   *
   * @param variables the variables to save, at least one
   */
  static ServingSaver add(GraphDef graph, List<VariableNode> variables) {
    String root = ROOT;
    while (taken(graph, root)) {
      root += "_serving";
    }
    return new Nodes(graph, root, variables).build();
  }

  private static boolean taken(GraphDef graph, String root) {
    return graph.getNodeList().stream()
        .map(NodeDef::getName)
        .anyMatch(name -> name.equals(root) || name.startsWith(root + "/"));
  }

  private static final class Nodes {
    private final GraphDef.Builder graph;
    private final String root;
    private final List<VariableNode> variables;
    private final List<DataType> types;

    Nodes(GraphDef graph, String root, List<VariableNode> variables) {
      this.graph = graph.toBuilder();
      this.root = root;
      this.variables = variables;
      this.types = variables.stream().map(VariableNode::dtype).toList();
    }

    ServingSaver build() {
      List<String> names = variables.stream().map(VariableNode::name).toList();
      constant("filename/default").putAttr("value", Attrs.stringScalar("model"));
      node("filename", "PlaceholderWithDefault", root + "/filename/default")
          .putAttr("dtype", Attrs.type(DataType.DT_STRING))
          .putAttr("shape", Attrs.shape(List.of()));
      constant("tensor_names").putAttr("value", Attrs.stringVector(names));
      constant("shape_and_slices")
          .putAttr("value", Attrs.stringVector(names.stream().map(name -> "").toList()));
      save();
      restore();
      return new ServingSaver(
          graph.build(),
          SaverDef.newBuilder()
              .setFilenameTensorName(root + "/filename:0")
              .setSaveTensorName(root + "/control_dependency:0")
              .setRestoreOpName(root + "/restore_all")
              .setVersion(SaverDef.CheckpointFormatVersion.V2)
              .build());
    }

    private void save() {
      List<String> values = new ArrayList<>();
      for (VariableNode variable : variables) {
        values.add(
            variable.kind() == VariableNode.Kind.RESOURCE ? read(variable) : variable.name());
      }
      NodeDef.Builder save = node("SaveV2", "SaveV2", checkpointInputs());
      save.addAllInput(values).putAttr("dtypes", Attrs.types(types));
      node("control_dependency", "Identity", root + "/filename", "^" + root + "/SaveV2")
          .putAttr("T", Attrs.type(DataType.DT_STRING));
    }

    private String read(VariableNode variable) {
      String name = "read/" + variable.name();
      node(name, "ReadVariableOp", variable.name()).putAttr("dtype", Attrs.type(variable.dtype()));
      return root + "/" + name;
    }

    private void restore() {
      node("RestoreV2", "RestoreV2", checkpointInputs()).putAttr("dtypes", Attrs.types(types));
      String[] assigned =
          IntStream.range(0, variables.size()).mapToObj(this::assign).toArray(String[]::new);
      node("restore_all", "NoOp", assigned);
    }

    private String assign(int index) {
      VariableNode variable = variables.get(index);
      String name = "assign/" + variable.name();
      String value = TensorName.input(root + "/RestoreV2", index);
      if (variable.kind() == VariableNode.Kind.RESOURCE) {
        node(name, "AssignVariableOp", variable.name(), value)
            .putAttr("dtype", Attrs.type(variable.dtype()));
      } else {
        node(name, "Assign", variable.name(), value)
            .putAttr("T", Attrs.type(variable.dtype()))
            .putAttr("validate_shape", Attrs.bool(true));
      }
      return TensorName.control(root + "/" + name);
    }

    private String[] checkpointInputs() {
      return new String[] {root + "/filename", root + "/tensor_names", root + "/shape_and_slices"};
    }

    private NodeDef.Builder constant(String name) {
      return node(name, "Const").putAttr("dtype", Attrs.type(DataType.DT_STRING));
    }

    private NodeDef.Builder node(String name, String op, String... inputs) {
      return graph
          .addNodeBuilder()
          .setName(root + "/" + name)
          .setOp(op)
          .addAllInput(List.of(inputs));
    }
  }
}
