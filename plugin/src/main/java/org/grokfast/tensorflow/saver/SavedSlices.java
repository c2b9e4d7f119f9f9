package org.grokfast.tensorflow.saver;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.emit.StateVariable;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.StringTensor;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * By which names and as which slices savers write state. A variable that is cut into parts is saved
 * as slices of one tensor, so that a graph with other parts restores it; its state is saved alike:
 *
 * <pre>
 *   variable   emb/part_1                as  emb                 10 3 5,5:0,3
 *   state      grokfast/emb/part_1/ema   as  grokfast/emb/ema    10 3 5,5:0,3
 *   window     …/window of 100           as  grokfast/emb/window 100 10 3 -:5,5:0,3
 * </pre>
 */
final class SavedSlices {
  private static final int NAMES_INPUT = 1;
  private static final int SLICES_INPUT = 2;

  /** How many ops may stand between a variable and the saver. */
  private static final int NEAR = 8;

  private static final Pattern SPACE = Pattern.compile(" ");
  private static final Pattern COLON = Pattern.compile(":");

  private final Map<String, Entry> slicedVariables = new HashMap<>();

  /**
   * An entry of a saver.
   *
   * @param name under which a tensor is saved
   * @param slice which part of it; empty for all
   */
  record Entry(String name, String slice) {}

  /** Reads the savers of a graph. */
  SavedSlices(GraphIndex graph) {
    for (int id = 0; id < graph.size(); id++) {
      int save = id;
      SaveForm.of(graph.op(id))
          .filter(SaveForm::hasSlices)
          .ifPresent(form -> read(graph, save, form.firstTensor()));
    }
  }

  private void read(GraphIndex graph, int save, int firstTensor) {
    List<ByteString> names = strings(graph, save, NAMES_INPUT);
    List<ByteString> slices = strings(graph, save, SLICES_INPUT);
    int tensors = Math.min(names.size(), slices.size());
    for (int i = 0; i < tensors && firstTensor + i < graph.inputCount(save); i++) {
      if (!slices.get(i).isEmpty()) {
        Entry entry = new Entry(names.get(i).toStringUtf8(), slices.get(i).toStringUtf8());
        variable(graph, graph.producer(save, firstTensor + i))
            .ifPresent(variable -> slicedVariables.putIfAbsent(variable, entry));
      }
    }
  }

  private static List<ByteString> strings(GraphIndex graph, int save, int input) {
    return StringTensor.of(graph.node(graph.producer(save, input))).orElse(List.of());
  }

  private static Optional<String> variable(GraphIndex graph, int id) {
    int at = id;
    for (int steps = 0; steps < NEAR; steps++) {
      Optional<VariableNode> found = VariableNode.at(graph, at);
      if (found.isPresent()) {
        return found.map(VariableNode::name);
      }
      if (!graph.op(at).equals("Identity") && !graph.op(at).equals("ReadVariableOp")) {
        break;
      }
      at = graph.producer(at, 0);
    }
    return Optional.empty();
  }

  /** How a state is saved: as its variable is, where that is a part of something. */
  Entry of(StateVariable state) {
    Entry whole = new Entry(state.name(), "");
    Optional<VariableNode> variable = state.spec().near();
    Entry saved = variable.map(VariableNode::name).map(slicedVariables::get).orElse(null);
    if (saved == null) {
      return whole;
    }
    String root = InsertedNames.of(variable.get().name()) + "/";
    Optional<String> slice =
        variable.get().shape().flatMap(shape -> slice(saved.slice(), shape, state.spec().shape()));
    return state.name().startsWith(root) && slice.isPresent()
        ? new Entry(
            InsertedNames.of(saved.name()) + "/" + state.name().substring(root.length()),
            slice.get())
        : whole;
  }

  /**
   * The slice of a state.
   *
   * @param slice the variable's: the sizes of the whole, and for each dimension {@code
   *     start,length} or {@code -}
   * @param variable the shape of the part
   * @param state the shape of its state: the same, with one dimension more in front, or the rows
   */
  private static Optional<String> slice(String slice, List<Long> variable, List<Long> state) {
    List<String> parts = new ArrayList<>(Arrays.asList(SPACE.split(slice, -1)));
    String extents = parts.remove(parts.size() - 1);
    if (parts.size() != variable.size() || COLON.split(extents, -1).length != parts.size()) {
      return Optional.empty();
    }
    if (state.equals(variable)) {
      return Optional.of(slice);
    }
    if (state.size() == variable.size() + 1 && state.subList(1, state.size()).equals(variable)) {
      return Optional.of(state.get(0) + " " + String.join(" ", parts) + " -:" + extents);
    }
    if (state.equals(variable.subList(0, 1))) {
      return Optional.of(parts.get(0) + " " + COLON.split(extents, -1)[0]);
    }
    return Optional.empty();
  }
}
