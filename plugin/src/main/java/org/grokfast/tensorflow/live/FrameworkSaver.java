package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.graph.NameAllocator;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.saver.SaveForm;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The saver that TensorFlow Java adds to a graph when a session is first saved, restored or
 * exported, node for node. A graph that has these nodes keeps them: {@code Session.save} and {@code
 * Session.restore} look for them by name. So a wrapped graph can have a saver that restores what
 * was saved before it was wrapped, which TensorFlow Java's own refuses: it asks the checkpoint for
 * every variable of the graph.
 */
final class FrameworkSaver {
  /** What {@code Session.restore} runs. */
  static final String RESTORE_ALL = "save/restore_all";

  /** What {@code Session.save} runs. */
  static final String SAVE_ALL = "save/control_dependency";

  /** Where both take the path from. */
  static final String FILE = "save/filename";

  private static final String VARIABLE = "VariableV2";
  private static final AttrValue STRING = Attrs.type(DataType.DT_STRING);

  private final GraphIndex graph;
  private final NameAllocator names;
  private final List<NodeDef> nodes = new ArrayList<>();

  private FrameworkSaver(GraphIndex graph) {
    this.graph = graph;
    this.names = new NameAllocator(new TakenNames(graph));
  }

  /**
   * Whether a graph has a saver: one of TensorFlow Java or Python, in the main graph or in a
   * function, as every SavedModel has. A session saves through that one, and it can't be changed.
   */
  static boolean isIn(GraphIndex graph) {
    return Stream.of(RESTORE_ALL, SAVE_ALL, FILE).anyMatch(graph::has)
        || graph.nodes().stream().anyMatch(node -> SaveForm.of(node.getOp()).isPresent())
        || graph.parts().functions().stream()
            .flatMap(function -> function.nodes().stream())
            .anyMatch(node -> SaveForm.of(node.getOp()).isPresent());
  }

  /** Whether a graph has the saver that was added when it was wrapped. */
  static boolean isOurs(GraphIndex graph) {
    return graph.has(RESTORE_ALL) && Provenance.isInserted(graph.node(graph.id(RESTORE_ALL)));
  }

  /** Whether TensorFlow Java saves these variables: it knows no others. */
  static boolean saves(GraphIndex graph, Set<String> variables) {
    return variables.stream().allMatch(name -> graph.op(graph.id(name)).equals(VARIABLE));
  }

  /** The nodes of a saver of all variables but those of filters, each after what it takes. */
  static List<NodeDef> of(GraphIndex graph) {
    FrameworkSaver saver = new FrameworkSaver(graph);
    saver.emit();
    return saver.nodes;
  }

  private void emit() {
    List<NodeDef> variables =
        graph.nodes().stream()
            .filter(node -> node.getOp().equals(VARIABLE) && !Provenance.isInserted(node))
            .toList();
    TensorShapeProto unknown = TensorShapeProto.newBuilder().setUnknownRank(true).build();
    String file =
        add(
            node("Placeholder", FILE)
                .putAttr("dtype", STRING)
                .putAttr("shape", AttrValue.newBuilder().setShape(unknown).build()));
    String list =
        add(
            node("Const", "save/Const")
                .putAttr("dtype", STRING)
                .putAttr(
                    "value",
                    Attrs.stringVector(variables.stream().map(NodeDef::getName).toList())));
    String slices = add(node("ZerosLike", "save/ZerosLike").addInput(list).putAttr("T", STRING));
    AttrValue types =
        Attrs.types(variables.stream().map(v -> v.getAttrOrThrow("dtype").getType()).toList());
    String save =
        add(
            node("SaveV2", "save/Save")
                .addAllInput(List.of(file, list, slices))
                .addAllInput(variables.stream().map(NodeDef::getName).toList())
                .putAttr("dtypes", types));
    String restore =
        add(
            node("RestoreV2", "save/Restore")
                .addAllInput(List.of(file, list, slices))
                .putAttr("dtypes", types));
    List<String> assigned = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      assigned.add(
          add(
              node("Assign", "save/Assign")
                  .addInput(variables.get(i).getName())
                  .addInput(TensorName.input(restore, i))
                  .putAttr("T", variables.get(i).getAttrOrThrow("dtype"))
                  .putAttr("use_locking", Attrs.bool(true))
                  .putAttr("validate_shape", Attrs.bool(true))));
    }
    add(
        node("Identity", SAVE_ALL)
            .addAllInput(List.of(file, TensorName.control(save), TensorName.control(file)))
            .putAttr("T", STRING));
    add(node("NoOp", RESTORE_ALL).addAllInput(assigned.stream().map(TensorName::control).toList()));
  }

  private NodeDef.Builder node(String op, String name) {
    return NodeDef.newBuilder().setOp(op).setName(names.allocate(name));
  }

  private String add(NodeDef.Builder node) {
    nodes.add(node.build());
    return node.getName();
  }

  /** A node of the saver as it is added to a graph: marked, so that strip knows it. */
  static NodeDef marked(NodeDef node) {
    return node.toBuilder()
        .putAttr(Provenance.PASS, Attrs.string(Provenance.pass()))
        .putAttr(Provenance.SAVER, Attrs.bool(true))
        .build();
  }

  /** What a graph says of a saver that it has already. */
  static Optional<String> note(GraphIndex graph) {
    if (isOurs(graph)) {
      return Optional.of(
          "the graph's saver was added when it was first wrapped and does not save this state;"
              + " save and restore through the WrappedGraph, or wrap with WrapOptions.withoutSaver()"
              + " first");
    }
    return isIn(graph)
        ? Optional.of(
            "the graph's saver was made before the filter and does not save its state; restore"
                + " through WrappedGraph.restore, wrap before the first save, or rewrite the"
                + " GraphDef")
        : Optional.empty();
  }
}
