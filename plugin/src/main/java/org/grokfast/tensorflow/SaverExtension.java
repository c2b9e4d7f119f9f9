package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.NodeEmitter.Node;
import org.grokfast.tensorflow.NodeEmitter.Out;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Makes the graph's saver save and restore the new state as well.
 *
 * <pre>
 *   before:  SaveV2(file, names, slices, w)          restore_all ◀─ Assign(w) ◀─ RestoreV2(file)
 *   after:   SaveV2(file, names', slices', w, ema)   restore_all ◀─ Assign(w) ◀─ RestoreV2(file)
 *                                                                ◀─ Assign(ema) ◀─ RestoreV2'(file)
 * </pre>
 */
final class SaverExtension {
  private static final int PREFIX_INPUT = 0;
  private static final int NAMES_INPUT = 1;
  private static final int SLICES_INPUT = 2;
  private static final int FIRST_TENSOR = 3;

  private final GraphEdit edit;
  private final TrainingGraph graph;
  private final Set<String> filtered;
  private final Emission emission;
  private final NodeEmitter nodes;

  private SaverExtension(
      GraphEdit edit, Set<String> filtered, Emission emission, NodeEmitter nodes) {
    this.edit = edit;
    this.graph = edit.graph();
    this.filtered = filtered;
    this.emission = emission;
    this.nodes = nodes;
  }

  /**
   * Extends the saver, if the graph has one.
   *
   * @return a note for the report
   */
  static String extend(
      GraphEdit edit, Set<String> variables, Emission emission, NodeEmitter nodes) {
    return new SaverExtension(edit, variables, emission, nodes).extend();
  }

  private String extend() {
    Optional<Integer> save = firstSave();
    if (save.isEmpty()) {
      return "the graph has no saver; one that is made later saves the state with the rest";
    }
    NodeDef saveNode = graph.node(save.get());
    Restores restores = restores();
    List<StateVariable> variables = emission.variables();
    List<String> names = variables.stream().map(StateVariable::name).toList();
    List<String> slices = names.stream().map(name -> "").toList();
    List<DataType> types = variables.stream().map(variable -> variable.spec().type()).toList();

    Out allNames = joined("tensor_names", saveNode, NAMES_INPUT, names);
    Out allSlices = joined("shape_and_slices", saveNode, SLICES_INPUT, slices);
    List<String> tensors = variables.stream().map(StateVariable::read).map(Out::tensor).toList();
    edit.change(
        save.get(),
        builder -> {
          builder.setInput(NAMES_INPUT, allNames.tensor());
          builder.setInput(SLICES_INPUT, allSlices.tensor());
          List<String> inputs = new ArrayList<>(builder.getInputList());
          int controls = firstControl(inputs);
          inputs.addAll(controls, tensors);
          builder.clearInput().addAllInput(inputs);
          builder.putAttr(
              "dtypes",
              builder.getAttrOrThrow("dtypes").toBuilder()
                  .setList(builder.getAttrOrThrow("dtypes").getList().toBuilder().addAllType(types))
                  .build());
        });

    restore(restores, names, slices, types);
    return "checkpoints of " + saveNode.getName() + " hold the state";
  }

  private static int firstControl(List<String> inputs) {
    for (int i = FIRST_TENSOR; i < inputs.size(); i++) {
      if (inputs.get(i).startsWith("^")) {
        return i;
      }
    }
    return inputs.size();
  }

  /** A constant with more elements than the one that stands there. */
  private Out joined(String name, NodeDef save, int input, List<String> more) {
    Out added = strings(name, more);
    Out axis =
        nodes
            .node(Provenance.ROOT + "/save/" + name + "/axis", "Const")
            .attr("dtype", Attrs.type(DataType.DT_INT64))
            .attr("value", Attrs.scalar(0L))
            .emit(DataType.DT_INT64);
    return nodes
        .node(Provenance.ROOT + "/save/" + name + "/joined", "ConcatV2")
        .input(save.getInput(input))
        .input(added, axis)
        .attr("N", Attrs.integer(2))
        .attr("T", Attrs.type(DataType.DT_STRING))
        .attr("Tidx", Attrs.type(DataType.DT_INT64))
        .attr(Provenance.REPLACES, Attrs.string(save.getInput(input)))
        .emit(DataType.DT_STRING);
  }

  private Out strings(String name, List<String> values) {
    return nodes
        .node(Provenance.ROOT + "/save/" + name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringVector(values))
        .emit(DataType.DT_STRING);
  }

  private void restore(
      Restores restores, List<String> names, List<String> slices, List<DataType> types) {
    Node node =
        nodes
            .node(Provenance.ROOT + "/save/RestoreV2", "RestoreV2")
            .input(restores.prefix())
            .input(strings("restore/tensor_names", names), strings("restore/slices", slices))
            .attr("dtypes", Attrs.types(types));
    String restored = node.emit(types.get(0)).tensor();
    List<String> assignments = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String tensor = i == 0 ? restored : restored + ":" + i;
      assignments.add(
          emission.variables().get(i).assign("restore", new Out(tensor, types.get(i))).tensor());
    }
    Out all =
        nodes
            .node(Provenance.ROOT + "/save/restore_all", "NoOp")
            .after(assignments)
            .emit(DataType.DT_INVALID);
    restores.targets().forEach(id -> edit.addControlInput(id, all.tensor()));
  }

  private Optional<Integer> firstSave() {
    for (int id = 0; id < graph.size(); id++) {
      NodeDef node = graph.node(id);
      if (node.getOp().equals("SaveV2") && savesFiltered(id)) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  private boolean savesFiltered(int save) {
    NodeDef node = graph.node(save);
    for (int input = FIRST_TENSOR; input < node.getInputCount(); input++) {
      int at = graph.producer(save, input);
      for (int steps = 0; steps < 4; steps++) {
        if (filtered.contains(graph.node(at).getName())) {
          return true;
        }
        String op = graph.node(at).getOp();
        if (!op.equals("Identity") && !op.equals("ReadVariableOp")) {
          break;
        }
        at = graph.producer(at, 0);
      }
    }
    return false;
  }

  /**
   * Where a checkpoint is restored.
   *
   * @param prefix the tensor that names the file
   * @param targets the nodes that wait for the restored variables
   */
  private record Restores(String prefix, Set<Integer> targets) {}

  private Restores restores() {
    Set<Integer> targets = new TreeSet<>();
    String prefix = null;
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id).getOp().startsWith("Assign")
          && graph.node(id).getInputCount() >= 2
          && filtered.contains(graph.node(graph.producer(id, 0)).getName())
          && InitializerExtension.isRestored(graph, id)) {
        graph
            .consumers(id)
            .filter(consumer -> graph.node(consumer).getOp().equals("NoOp"))
            .forEach(targets::add);
        prefix = prefix == null ? restorePrefix(id) : prefix;
      }
    }
    if (prefix == null || targets.isEmpty()) {
      throw new GraphRewriteException(
          "the graph has a saver for variable '"
              + filtered.iterator().next()
              + "' but no restore op for it; state could be saved but not restored");
    }
    return new Restores(prefix, targets);
  }

  private String restorePrefix(int assignment) {
    int at = graph.producer(assignment, 1);
    while (!graph.node(at).getOp().startsWith("Restore")) {
      at = graph.producer(at, 0);
    }
    return graph.node(at).getInput(PREFIX_INPUT);
  }
}
