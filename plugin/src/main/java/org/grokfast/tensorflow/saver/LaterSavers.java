package org.grokfast.tensorflow.saver;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.StringTensor;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Takes filter state out of savers that were made after the filter, such as the one that TensorFlow
 * Java adds to a graph when a session is first saved, restored or exported: what is left is the
 * saver that it would have added to the graph without the filter.
 *
 * <pre>
 *   before:  SaveV2(file, [w, ema], slices, w, ema)      RestoreV2(file, [w, ema]) ─▶ Assign(w)
 *                                                                            ─▶ Assign_1(ema)
 *   after:   SaveV2(file, [w], slices, w)                RestoreV2(file, [w]) ─▶ Assign(w)
 * </pre>
 */
public final class LaterSavers {
  private static final int NAMES = 1;
  private static final int SLICES = 2;
  private static final String RESTORE = "RestoreV2";
  private static final String DTYPES = "dtypes";

  private final NodeList nodes;
  private final Set<String> inserted;
  private final Map<String, Integer> byName = new HashMap<>();
  private final Map<Integer, BitSet> dropped = new HashMap<>();
  private final Map<Integer, NodeDef> changed = new HashMap<>();
  private final BitSet removed = new BitSet();

  private LaterSavers(NodeList nodes, Set<String> inserted) {
    this.nodes = nodes;
    this.inserted = inserted;
  }

  /**
   * Shortens the savers among some nodes.
   *
   * @param nodes the nodes
   * @param inserted the names of those that are about to be taken out
   * @throws GraphRewriteException if a saver names what it saves in a way that can't be shortened
   */
  public static LaterSavers of(NodeList nodes, Set<String> inserted) {
    LaterSavers savers = new LaterSavers(nodes, inserted);
    boolean any =
        IntStream.range(0, nodes.size())
            .anyMatch(i -> SaveForm.of(nodes.op(i)).isPresent() || nodes.op(i).equals(RESTORE));
    if (any) {
      savers.shorten();
    }
    return savers;
  }

  /** The numbers of nodes that restored state and nothing else. */
  public BitSet removed() {
    return (BitSet) removed.clone();
  }

  /** A node as it is in a shortened saver, or as it was. */
  public NodeDef node(int id) {
    NodeDef node = changed.get(id);
    return node == null ? nodes.get(id) : node;
  }

  private void shorten() {
    List<Integer> savers = new ArrayList<>();
    List<Integer> restorers = new ArrayList<>();
    List<Integer> assignments = new ArrayList<>();
    for (int id = 0; id < nodes.size(); id++) {
      if (nodes.hasAttribute(id, Provenance.PASS)) {
        continue;
      }
      byName.put(nodes.name(id), id);
      String op = nodes.op(id);
      if (SaveForm.of(op).isPresent()) {
        savers.add(id);
      } else if (op.equals(RESTORE)) {
        restorers.add(id);
      } else if (OpTable.isAssignment(op)) {
        assignments.add(id);
      }
    }
    savers.forEach(this::shortenSave);
    Map<Integer, BitSet> restored = restoredState(restorers, assignments);
    restored.forEach(this::shortenRestore);
    if (!restored.isEmpty()) {
      renumber(restored);
    }
  }

  private boolean isInserted(String input) {
    return inserted.contains(TensorName.nodeOf(input));
  }

  private void shortenSave(int id) {
    NodeDef save = nodes.get(id);
    SaveForm form = SaveForm.of(save.getOp()).orElseThrow();
    if (save.getInputCount() <= NAMES || isInserted(save.getInput(NAMES))) {
      return; // It saves nothing; or it was there before, and the pass made its list longer.
    }
    int first = form.firstTensor();
    int tensors = save.getAttrOrDefault(form.types(), none()).getList().getTypeCount();
    BitSet drop = new BitSet();
    IntStream.range(0, Math.min(tensors, save.getInputCount() - first))
        .filter(k -> isInserted(save.getInput(first + k)))
        .forEach(drop::set);
    if (drop.isEmpty()) {
      return;
    }
    dropStrings(save, NAMES, drop);
    if (form.hasSlices()) {
      dropStrings(save, SLICES, drop);
    }
    NodeDef.Builder builder = save.toBuilder().clearInput();
    for (int input = 0; input < save.getInputCount(); input++) {
      int tensor = input - first;
      if (tensor < 0 || !drop.get(tensor)) {
        builder.addInput(save.getInput(input));
      }
    }
    changed.put(id, builder.putAttr(form.types(), without(save, form.types(), drop)).build());
  }

  /** By op that restores: which of its outputs are assigned to state. */
  private Map<Integer, BitSet> restoredState(List<Integer> restorers, List<Integer> assignments) {
    Map<Integer, BitSet> restored = new HashMap<>();
    for (int id : assignments) {
      List<String> inputs = nodes.inputs(id);
      if (inputs.size() < 2 || !isInserted(inputs.get(0))) {
        continue;
      }
      TensorName value = TensorName.parse(inputs.get(1));
      Integer source = byName.get(value.node());
      if (source != null && restorers.contains(source)) {
        restored.computeIfAbsent(source, r -> new BitSet()).set(value.index());
        removed.set(id);
      }
    }
    return restored;
  }

  private void shortenRestore(int id, BitSet drop) {
    NodeDef restore = nodes.get(id);
    dropStrings(restore, NAMES, drop);
    dropStrings(restore, SLICES, drop);
    changed.put(id, restore.toBuilder().putAttr(DTYPES, without(restore, DTYPES, drop)).build());
  }

  /** What an input that lists strings takes, without some of them. */
  private void dropStrings(NodeDef saver, int input, BitSet drop) {
    String producer = TensorName.nodeOf(saver.getInput(input));
    Integer id = byName.get(producer);
    if (id != null && nodes.op(id).equals("ZerosLike") && !nodes.inputs(id).isEmpty()) {
      // As many empty strings as there are names.
      id = byName.get(TensorName.nodeOf(nodes.inputs(id).get(0)));
    }
    Optional<List<ByteString>> values =
        id == null ? Optional.empty() : StringTensor.of(nodes.get(id));
    if (values.isEmpty() || values.get().size() < drop.length()) {
      throw notShortened(saver, "takes '" + producer + "', which is no constant list of its names");
    }
    BitSet before = dropped.putIfAbsent(id, drop);
    if (before != null && !before.equals(drop)) {
      throw notShortened(saver, "shares '" + producer + "' with an op that takes other tensors");
    }
    List<ByteString> kept =
        IntStream.range(0, values.get().size())
            .filter(k -> !drop.get(k))
            .mapToObj(values.get()::get)
            .toList();
    changed.put(id, StringTensor.with(nodes.get(id), kept));
  }

  private static GraphRewriteException notShortened(NodeDef saver, String why) {
    return new GraphRewriteException(
        "the saver '"
            + saver.getName()
            + "' ("
            + saver.getOp()
            + ") was added after the filter and holds its state, but "
            + why
            + "; strip the graph as it was before that saver");
  }

  private static AttrValue without(NodeDef node, String attribute, BitSet drop) {
    AttrValue types = node.getAttrOrDefault(attribute, none());
    List<DataType> all = types.getList().getTypeList();
    AttrValue.Builder result = types.toBuilder();
    result.getListBuilder().clearType();
    IntStream.range(0, all.size())
        .filter(k -> !drop.get(k))
        .forEach(k -> result.getListBuilder().addType(all.get(k)));
    return result.build();
  }

  /** What takes an output of a shortened op takes it by its new number. */
  private void renumber(Map<Integer, BitSet> restored) {
    Map<String, BitSet> byOp = new HashMap<>();
    restored.forEach((id, drop) -> byOp.put(nodes.name(id), drop));
    Set<String> names = new HashSet<>(byOp.keySet());
    for (int id = 0; id < nodes.size(); id++) {
      if (removed.get(id)
          || nodes.inputs(id).stream().noneMatch(i -> names.contains(TensorName.nodeOf(i)))) {
        continue;
      }
      NodeDef node = node(id);
      String[] inputs = node.getInputList().toArray(new String[0]);
      for (int i = 0; i < inputs.length; i++) {
        TensorName input = TensorName.parse(inputs[i]);
        BitSet drop = byOp.get(input.node());
        if (drop == null || input.isControl()) {
          continue;
        }
        if (drop.get(input.index())) {
          throw new GraphRewriteException(
              "node '"
                  + node.getName()
                  + "' ("
                  + node.getOp()
                  + ") takes restored state of the filter; strip the graph as it was before that"
                  + " node");
        }
        int before = drop.get(0, input.index()).cardinality();
        inputs[i] =
            TensorName.spelledLike(
                inputs[i], TensorName.input(input.node(), input.index() - before));
      }
      changed.put(id, node.toBuilder().clearInput().addAllInput(Arrays.asList(inputs)).build());
    }
  }

  private static AttrValue none() {
    return AttrValue.getDefaultInstance();
  }
}
