package org.grokfast.tensorflow.saver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.edit.GraphEdit;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.emit.ProgramEdit;
import org.grokfast.tensorflow.emit.StateVariable;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Makes the graph's savers save and restore the new state as well.
 *
 * <pre>
 *   before:  SaveV2(file, names, slices, w)          restore_all ◀─ Assign(w) ◀─ RestoreV2(file)
 *   after:   SaveV2(file, names', slices', w, ema)   restore_all ◀─ Assign(w) ◀─ RestoreV2(file)
 *                                                                ◀─ Assign(ema) ◀─ RestoreV2'(file)
 *                                                                                   or zeros
 * </pre>
 *
 * Likewise for the ops of the V1 format, {@code SaveSlices} and {@code Save}.
 */
public final class SaverExtension {
  private static final int PREFIX_INPUT = 0;
  private static final int NAMES_INPUT = 1;
  private static final int SLICES_INPUT = 2;
  private static final String MAIN = "";

  /** How many ops may stand between a variable and the saver. */
  private static final int NEAR = 8;

  private final GraphEdit edit;
  private final GraphIndex graph;
  private final Set<String> filtered;
  private final Emission emission;
  private final NodeEmitter nodes;
  private List<StateVariable> earlier = List.of();
  private boolean unmarked;

  private SaverExtension(ProgramEdit program, String function, Set<String> filtered, Emission all) {
    this.edit = program.at(function);
    this.graph = edit.graph();
    this.filtered = filtered;
    this.emission = all;
    this.nodes = all.at(function);
  }

  /**
   * Extends the savers of the graph and of its functions, if it has any.
   *
   * @return notes for the report
   */
  public static List<String> extend(ProgramEdit edit, Set<String> variables, Emission emission) {
    List<String> notes =
        new ArrayList<>(new SaverExtension(edit, MAIN, variables, emission).extendPairs());
    notes.addAll(extendFunctions(edit, variables, emission));
    if (notes.isEmpty()) {
      notes.add("the graph has no saver; one that is made later saves the state with the rest");
    }
    return notes;
  }

  /**
   * Extends the saver that is about to be added to a live graph. It restores what TensorFlow Java's
   * own saver has saved too.
   *
   * @param earlier state of filters that the graph holds already
   * @return notes for the report
   */
  public static List<String> extendLive(
      ProgramEdit edit, Set<String> variables, Emission emission, List<StateVariable> earlier) {
    SaverExtension extension = new SaverExtension(edit, MAIN, variables, emission);
    extension.earlier = earlier;
    extension.unmarked = true;
    return extension.extendPairs();
  }

  /** A main graph's savers: what saves to a file and what restores from it stand side by side. */
  private List<String> extendPairs() {
    Set<Integer> saves = saves();
    if (saves.isEmpty()) {
      return List.of();
    }
    List<String> notes = new ArrayList<>();
    restores()
        .forEach(
            (prefix, targets) ->
                takeSave(saves, prefix)
                    .ifPresent(save -> notes.add(extendPair(save, prefix, targets))));
    if (notes.isEmpty()) {
      throw notRestored();
    }
    return notes;
  }

  private String extendPair(int save, String prefix, Set<Integer> targets) {
    SaveForm form = SaveForm.of(graph.op(save)).orElseThrow();
    StateProbe probe =
        unmarked
            ? StateProbe.unmarked(nodes, variables().stream().map(StateVariable::name).toList())
            : new StateProbe(nodes, form, form.shard(graph, save));
    SavedSlices saved = new SavedSlices(graph);
    List<SavedSlices.Entry> entries =
        form.hasSlices() ? declared().map(saved::of).toList() : whole();
    return extendSave(save, entries) + "; " + extendRestore(prefix, targets, probe, entries);
  }

  /**
   * A SavedModel's savers: one function that saves and another that restores. Of several that the
   * same node runs, one for each shard, the first takes the state.
   */
  private static List<String> extendFunctions(
      ProgramEdit edit, Set<String> variables, Emission emission) {
    Map<String, Set<String>> roots = edit.program().roots();
    Set<String> saved = new TreeSet<>();
    Set<String> restored = new TreeSet<>();
    List<String> notes = new ArrayList<>();
    for (String function : edit.program().functions().keySet()) {
      SaverExtension extension = new SaverExtension(edit, function, variables, emission);
      Set<Integer> saves = extension.saves();
      if (!saves.isEmpty() && saved.addAll(roots.get(function))) {
        notes.add(
            extension.extendSave(saves.iterator().next(), extension.whole())
                + " ("
                + function
                + ")");
      }
      Map<String, Set<Integer>> restores = extension.restores();
      if (!restores.isEmpty() && restored.addAll(roots.get(function))) {
        String prefix = restores.keySet().iterator().next();
        StateProbe probe = new StateProbe(extension.nodes, SaveForm.V2, OptionalLong.empty());
        notes.add(
            extension.extendRestore(prefix, restores.get(prefix), probe, extension.whole())
                + " ("
                + function
                + ")");
      }
    }
    if (!saved.isEmpty() && restored.isEmpty()) {
      throw new SaverExtension(edit, MAIN, variables, emission).notRestored();
    }
    return notes;
  }

  private GraphRewriteException notRestored() {
    return new GraphRewriteException(
        "the graph has a saver for variable '"
            + filtered.iterator().next()
            + "' but no restore op for it; state could be saved but not restored");
  }

  private String extendSave(int save, List<SavedSlices.Entry> entries) {
    NodeDef saveNode = graph.node(save);
    SaveForm form = SaveForm.of(saveNode.getOp()).orElseThrow();
    List<StateVariable> variables = variables();
    List<String> names = new ArrayList<>(entries.stream().map(SavedSlices.Entry::name).toList());
    List<String> slices = new ArrayList<>(entries.stream().map(SavedSlices.Entry::slice).toList());
    List<String> tensors = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (StateVariable variable : variables) {
      tensors.add(nodes.input(variable.read()));
      types.add(requireSavable(variable, saveNode, form));
    }
    for (String marker : form.markers()) {
      names.add(marker);
      slices.add("");
      tensors.add(nodes.input(marker()));
      types.add(DataType.DT_INT64);
    }
    requireTypes(saveNode, form);
    Out allNames = joined("tensor_names", graph.input(save, NAMES_INPUT), names);
    Optional<Out> allSlices =
        form.hasSlices()
            ? Optional.of(joined("shape_and_slices", graph.input(save, SLICES_INPUT), slices))
            : Optional.empty();
    edit.change(
        save,
        builder -> {
          setInput(builder, NAMES_INPUT, allNames);
          allSlices.ifPresent(all -> setInput(builder, SLICES_INPUT, all));
          List<String> inputs = new ArrayList<>(builder.getInputList());
          int controls = firstControl(inputs, form.firstTensor());
          inputs.addAll(controls, tensors);
          builder.clearInput().addAllInput(inputs);
          AttrValue before = builder.getAttrOrThrow(form.types());
          builder.putAttr(
              form.types(),
              before.toBuilder().setList(before.getList().toBuilder().addAllType(types)).build());
        });

    return "checkpoints of " + saveNode.getName() + " hold the state";
  }

  private void setInput(NodeDef.Builder node, int input, Out tensor) {
    node.setInput(input, TensorName.spelledLike(node.getInput(input), nodes.input(tensor)));
  }

  /** A function that restores does not see which parts of variables another one saves. */
  private List<SavedSlices.Entry> whole() {
    return declared().map(variable -> new SavedSlices.Entry(variable.name(), "")).toList();
  }

  private String extendRestore(
      String prefix, Set<Integer> targets, StateProbe probe, List<SavedSlices.Entry> entries) {
    String all = new GuardedRestore(nodes, variables(), entries).emit(prefix, probe);
    targets.forEach(id -> edit.addControlInput(id, all));
    List<String> restorers = targets.stream().map(id -> graph.name(id)).toList();
    return String.join(", ", restorers)
        + " restores it, or starts the filter afresh where there is none";
  }

  /** The state as nodes here get at it, which takes nodes of their own in a function. */
  private List<StateVariable> variables() {
    return declared().map(variable -> variable.in(nodes)).toList();
  }

  private Stream<StateVariable> declared() {
    return Stream.concat(earlier.stream(), emission.variables().stream());
  }

  private Out marker() {
    return nodes
        .node(Provenance.ROOT + "/save/marker", "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.scalar(1L))
        .emit(DataType.DT_INT64);
  }

  /** The type of a variable, if checkpoints can hold it. */
  private static DataType requireSavable(StateVariable variable, NodeDef save, SaveForm form) {
    DataType type = variable.spec().type();
    if (form != SaveForm.V2 && type == DataType.DT_BFLOAT16) {
      throw new GraphRewriteException(
          "the saver '"
              + save.getName()
              + "' writes checkpoints of the V1 format, which cannot hold the state '"
              + variable.name()
              + "' of bfloat16; choose state-dtype=float32");
    }
    return type;
  }

  /** A saver lists the types of what it saves, one a tensor. */
  private static void requireTypes(NodeDef save, SaveForm form) {
    AttrValue types = save.getAttrOrDefault(form.types(), AttrValue.getDefaultInstance());
    int tensors = firstControl(save.getInputList(), form.firstTensor()) - form.firstTensor();
    if (types.getList().getTypeCount() != tensors) {
      throw new GraphRewriteException(
          "the saver '"
              + save.getName()
              + "' saves "
              + tensors
              + " tensors, but its list '"
              + form.types()
              + "' has "
              + types.getList().getTypeCount()
              + " types; the graph is damaged");
    }
  }

  private static int firstControl(List<String> inputs, int from) {
    for (int i = from; i < inputs.size(); i++) {
      if (TensorName.isControl(inputs.get(i))) {
        return i;
      }
    }
    return inputs.size();
  }

  /** A constant with more elements than the one that stands there. */
  private Out joined(String name, String before, List<String> more) {
    Out added = strings(name, more);
    Out axis =
        nodes
            .node(Provenance.ROOT + "/save/" + name + "/axis", "Const")
            .attr("dtype", Attrs.type(DataType.DT_INT64))
            .attr("value", Attrs.scalar(0L))
            .emit(DataType.DT_INT64);
    return nodes
        .node(Provenance.ROOT + "/save/" + name + "/joined", "ConcatV2")
        .input(before)
        .input(added, axis)
        .attr("N", Attrs.integer(2))
        .attr("T", Attrs.type(DataType.DT_STRING))
        .attr("Tidx", Attrs.type(DataType.DT_INT64))
        .attr(Provenance.REPLACES, Attrs.string(before))
        .emit(DataType.DT_STRING);
  }

  private Out strings(String name, List<String> values) {
    return nodes
        .node(Provenance.ROOT + "/save/" + name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringVector(values))
        .emit(DataType.DT_STRING);
  }

  private Set<Integer> saves() {
    Set<Integer> saves = new TreeSet<>();
    for (int id = 0; id < graph.size(); id++) {
      Optional<SaveForm> form = SaveForm.of(graph.op(id));
      if (form.isPresent() && savesFiltered(id, form.get().firstTensor())) {
        saves.add(id);
      }
    }
    return saves;
  }

  /**
   * The first op that saves to the file of a restore op: a saver with several shards has one for
   * each, and a graph may have several savers.
   */
  private Optional<Integer> takeSave(Set<Integer> saves, String prefix) {
    int file = graph.id(TensorName.nodeOf(prefix));
    Optional<Integer> taken =
        saves.stream()
            .filter(save -> graph.ancestors(graph.producer(save, PREFIX_INPUT)).get(file))
            .findFirst();
    taken.ifPresent(saves::remove);
    return taken;
  }

  private boolean savesFiltered(int save, int firstTensor) {
    int controls = firstControl(graph.inputs(save), firstTensor);
    for (int input = firstTensor; input < controls; input++) {
      int at = graph.producer(save, input);
      for (int steps = 0; steps < NEAR; steps++) {
        if (isFiltered(at)) {
          return true;
        }
        String op = graph.op(at);
        if (!op.equals("Identity") && !op.equals("ReadVariableOp")) {
          break;
        }
        at = graph.producer(at, 0);
      }
    }
    return false;
  }

  private boolean isFiltered(int id) {
    return VariableNode.at(graph, id)
        .map(VariableNode::name)
        .filter(filtered::contains)
        .isPresent();
  }

  /** By the tensor that names the file: the nodes that wait for restored variables. */
  private Map<String, Set<Integer>> restores() {
    Map<String, Set<Integer>> restores = new LinkedHashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.op(id).startsWith("Assign")
          && graph.inputCount(id) >= 2
          && isFiltered(graph.producer(id, 0))
          && InitializerExtension.isRestored(graph, id)) {
        Set<Integer> targets =
            restores.computeIfAbsent(restorePrefix(id), prefix -> new TreeSet<>());
        graph
            .consumers(id)
            .filter(consumer -> graph.op(consumer).equals("NoOp"))
            .forEach(targets::add);
      }
    }
    restores.values().removeIf(Set::isEmpty);
    return restores;
  }

  private String restorePrefix(int assignment) {
    int at = graph.producer(assignment, 1);
    while (!graph.op(at).startsWith("Restore")) {
      at = graph.producer(at, 0);
    }
    return graph.input(at, PREFIX_INPUT);
  }
}
