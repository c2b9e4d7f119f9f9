package org.grokfast.tensorflow.find.update;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.nodes.OpMemo;

/**
 * Whether a tensor that all data goes through has the shape of the variable that is updated, as the
 * state of a filter needs it: ops that work on single elements lead from it to the variable, or to
 * a slot of its shape.
 *
 * <pre>
 *   gradient ──▶ Reshape ──▶ arithmetic ──▶ Reshape ──▶ update     the gradient is before the first
 *   rows ──▶ arithmetic ──▶ ScatterNd ──▶ update                   no tensor before it has the shape
 * </pre>
 *
 * <p>The cases of its test; more are among those of {@link GradientPosition}:
 *
 * <ol>
 *   <li>A row that is added without its first dimension is filtered with it.
 *   <li>A gradient that gets its shape behind arithmetic is named.
 * </ol>
 */
public final class GradientShape {
  /** What gives the elements of one tensor another arrangement, and can be taken back. */
  private static final Set<String> ARRANGING =
      Set.of("ExpandDims", "Reshape", "Squeeze", "Transpose");

  /** What makes a tensor of other elements, or of another number of them. */
  private static final OpMemo<Boolean> MAKING =
      OpMemo.matching(
          "(Batch|Space)To(Batch|Space)(ND)?|BroadcastTo|ConcatV?2?|Diag(Part)?|EuclideanNorm"
              + "|Gather(V2|Nd)?|L2Loss|MatrixDiag(V\\d)?|Max|Mean|Min|MirrorPad|OneHot|Pack|Pad(V2)?"
              + "|Prod|ScatterNd|(Sorted)?SegmentSum|Slice|SplitV?|StridedSlice|Sum|TensorScatter\\w+"
              + "|Tile|Unpack");

  private static final int MADE = 1_000;

  private final InlinedFlow flow;
  private final RoleAnalysis optimizer;
  private final int variable;

  /** How often the elements are arranged anew at least, up to a tensor. */
  private final Map<Integer, Integer> changes = new HashMap<>();

  /** Where elements are made of others on the best way to a tensor. */
  private final Map<Integer, String> makers = new HashMap<>();

  /**
   * For the update of one variable.
   *
   * @param variable its number
   */
  public GradientShape(InlinedFlow flow, RoleAnalysis optimizer, int variable) {
    this.flow = flow;
    this.optimizer = optimizer;
    this.variable = variable;
  }

  /**
   * The tensor, or the one before it where elements are arranged anew between the two and, later,
   * once more; empty where no such tensor is known.
   */
  public OptionalInt find(int gradient) {
    follow(gradient);
    int least = least();
    if (Math.abs(least) == 1) {
      return ARRANGING.contains(flow.op(gradient)) && flow.producers(gradient).length > 0
          ? OptionalInt.of(flow.producers(gradient)[0])
          : OptionalInt.empty();
    }
    return least < MADE ? OptionalInt.of(gradient) : OptionalInt.empty();
  }

  /** What stands between the tensor last looked for and the update, where that says something. */
  public Optional<String> maker() {
    return makers.entrySet().stream()
        .filter(each -> isEnd(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private void follow(int gradient) {
    changes.clear();
    makers.clear();
    changes.put(gradient, 0);
    for (int t = gradient + 1; t < flow.size(); t++) {
      if (optimizer.updates(t) != variable) {
        continue;
      }
      int best = Integer.MAX_VALUE;
      int before = -1;
      for (int from : flow.producers(t)) {
        int own = changes.getOrDefault(from, Integer.MAX_VALUE);
        if (own < best) {
          best = own;
          before = from;
        }
      }
      if (before < 0) {
        continue;
      }
      String op = flow.op(t);
      boolean making = MAKING.get(op);
      int arranged = ARRANGING.contains(op) ? 1 : isBack(t, before) ? -1 : 0;
      changes.put(t, best + (making ? MADE : arranged));
      if (making) {
        makers.put(t, op);
      } else if (makers.containsKey(before)) {
        makers.put(t, makers.get(before));
      }
    }
  }

  /** Whether a row without its first dimension is added to one that has it. */
  private boolean isBack(int t, int from) {
    return flow.op(t).equals("BiasAdd")
        && flow.op(from).equals("Squeeze")
        && flow.producers(t)[0] != from;
  }

  private int least() {
    return changes.entrySet().stream()
        .filter(each -> isEnd(each.getKey()))
        .mapToInt(Map.Entry::getValue)
        .min()
        .orElse(MADE);
  }

  private boolean isEnd(int t) {
    int written = flow.written(t);
    if (written < 0) {
      return false;
    }
    Optional<?> shape = shape(written);
    return written == variable || (shape.isPresent() && shape.equals(shape(variable)));
  }

  private Optional<?> shape(int number) {
    VariableNode node = flow.variables().get(number);
    return node.shape();
  }
}
