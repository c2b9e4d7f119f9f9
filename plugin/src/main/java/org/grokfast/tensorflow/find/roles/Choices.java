package org.grokfast.tensorflow.find.roles;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.grokfast.tensorflow.find.flow.CallTree;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * Where one of two values is chosen, element by element: the flow of values leaves out what the
 * choice goes by, and this looks at it.
 *
 * <pre>
 *   where(isfinite(g), g, 0)               a test: what is finite passes as it is
 *   where(|g| &gt; most, most · sign(g), g)   a clipping
 *   where(|g| ≥ least, g, 0)               arithmetic: by the gradient's size
 *   where(g · last &gt; 0, 1.2 · s, 0.5 · s)   the gradient steers another value
 * </pre>
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>What steers the step sizes alone gets the filtered gradient too.
 *   <li>A sign by comparisons stands behind the filter.
 *   <li>So does a choice of the largest.
 *   <li>A gradient without what is not finite is filtered behind the choice.
 *   <li>So is one whose NaNs are found by comparing it with itself.
 *   <li>So is one that a choice clips.
 *   <li>A step that is bounded is filtered before its rate.
 *   <li>So is one that is skipped, and the test that skips it keeps the raw gradient.
 *   <li>One whose elements are skipped is filtered behind the choice.
 *   <li>A step that a gradient only chooses is left to the coverage.
 *   <li>A count of long gradients is no trained variable.
 *   <li>A mask that goes by the weights is none.
 *   <li>The best loss so far is none.
 *   <li>The best weights so far are none.
 *   <li>A variable that is bounded without data is none.
 *   <li>A count of skipped steps is none.
 *   <li>A loss scale that such a test halves is none.
 *   <li>The last gradient that was finite is none.
 * </ol>
 */
public final class Choices {
  private static final Set<String> CHOOSING = Set.of("Select", "SelectV2");
  private static final Set<String> REDUCING =
      Set.of("All", "Any", "EuclideanNorm", "L2Loss", "Max", "Mean", "Min", "Prod", "Sum");
  private static final Set<String> COMPARING = Set.of("Equal", "NotEqual");

  private Choices() {}

  /** Whether an op chooses between its second and its third input by its first. */
  public static boolean chooses(String op) {
    return CHOOSING.contains(op);
  }

  /**
   * Whether a choice, or a selection of rows, goes by what is made from some tensors, but for tests
   * whether it is finite.
   *
   * @param choice a tensor that is chosen
   */
  public static boolean goesBy(InlinedFlow flow, int choice, IntPredicate some) {
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    int[] inputs = flow.inputs(choice);
    for (int i = 0; i < inputs.length; i++) {
      if (!OpTable.carries(flow.op(choice), i)) {
        todo.push(inputs[i]);
      }
    }
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (at < 0 || seen.get(at) || isTest(flow, at)) {
        continue;
      }
      if (some.test(at)) {
        return true;
      }
      seen.set(at);
      Arrays.stream(flow.producers(at)).forEach(todo::push);
    }
    return false;
  }

  /** Whether a choice goes by the elements of a value, and not by a number made of all of them. */
  public static boolean isByElements(InlinedFlow flow, int choice, int value) {
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    todo.push(flow.inputs(choice)[0]);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (at < 0 || seen.get(at) || REDUCING.contains(flow.op(at))) {
        continue;
      }
      if (at == value) {
        return true;
      }
      seen.set(at);
      Arrays.stream(flow.producers(at)).forEach(todo::push);
    }
    return false;
  }

  /** A value that is compared with itself is tested for NaN. */
  private static boolean isTest(InlinedFlow flow, int t) {
    int[] compared = flow.producers(t);
    return OpTable.isFiniteTest(flow.op(t))
        || (COMPARING.contains(flow.op(t)) && compared.length == 2 && compared[0] == compared[1]);
  }

  /** Whether the other value is zero wherever one that is made from some tensors isn't chosen. */
  public static boolean isAgainstZero(InlinedFlow flow, int choice, IntPredicate some) {
    int[] inputs = flow.inputs(choice);
    for (int i = 1; i < inputs.length; i++) {
      if (inputs[i] >= 0 && !some.test(inputs[i]) && isZero(flow, inputs[i])) {
        return true;
      }
    }
    return false;
  }

  /** Whether a tensor is plainly zero. */
  public static boolean isZero(InlinedFlow flow, int t) {
    int[] inputs = flow.inputs(t);
    return switch (flow.op(t)) {
      case "ZerosLike" -> true;
      case "BroadcastTo" -> isZeroConstant(flow, inputs, 0);
      case "Fill" -> isZeroConstant(flow, inputs, 1);
      default -> flow.constant(t) == 0;
    };
  }

  private static boolean isZeroConstant(InlinedFlow flow, int[] inputs, int which) {
    return inputs.length > which && inputs[which] >= 0 && flow.constant(inputs[which]) == 0;
  }

  /**
   * Whom a tensor serves that only steers choices, itself or kept in a state: the variable whose
   * update they go to.
   *
   * @param updates by tensor, whose update it flows to
   * @param isSum whether a variable is a sum of gradients, which are summed as they are
   * @return its number, {@link Served#NOBODY} or {@link Served#SEVERAL}
   */
  public static int served(
      InlinedFlow flow, IntUnaryOperator updates, IntPredicate isSum, int steering) {
    int whom = Served.NOBODY;
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    todo.push(steering);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (seen.get(at) || isTest(flow, at)) {
        continue; // What tests a gradient before the optimizer takes it tests the raw one.
      }
      seen.set(at);
      if (updates.applyAsInt(at) != Served.NOBODY) {
        whom = Served.both(whom, updates.applyAsInt(at));
        continue;
      }
      int state = flow.written(at);
      if (state >= 0 && isSum.test(state)) {
        return Served.SEVERAL;
      }
      int[] next =
          IntStream.concat(
                  state < 0 ? chosenBy(flow, at) : readsOf(flow, state),
                  Arrays.stream(flow.consumers(at)))
              .toArray();
      boolean kept = state >= 0 || flow.read(at) >= 0; // A saver may read it.
      if (next.length == 0 && !kept && !flow.isDead(at)) {
        return Served.SEVERAL; // Somebody else may look at it.
      }
      Arrays.stream(next).forEach(todo::push);
    }
    return whom;
  }

  private static IntStream readsOf(InlinedFlow flow, int variable) {
    return IntStream.range(0, flow.size()).filter(t -> flow.read(t) == variable);
  }

  /** The tensors that are chosen by one. */
  private static IntStream chosenBy(InlinedFlow flow, int t) {
    CallTree.Instance of = flow.instance(t);
    GraphIndex graph = flow.graph(t);
    return graph
        .consumers(flow.nodeId(t))
        .filter(node -> chooses(graph.op(node)))
        .filter(node -> of.tensors().inputs(node)[0] == flow.local(t))
        .flatMap(node -> of.tensors().of(node).stream().mapToInt(chosen -> flow.number(of, chosen)))
        .filter(chosen -> chosen >= 0);
  }
}
