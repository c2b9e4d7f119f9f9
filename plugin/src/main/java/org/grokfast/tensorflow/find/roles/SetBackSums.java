package org.grokfast.tensorflow.find.roles;

import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.grokfast.tensorflow.find.flow.CallTree;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.OpTable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Sums of gradients that a step adds to and, by a choice or a mask, sets back:
 *
 * <pre>
 *   sum ← where(due, 0, sum + g)        sum ← (sum + g) · float(not due)
 *   sum ← where(first, g, sum + g)      sum ← cond(due, 0, sum + g)
 *   sum ← where(first, 0, sum) + g      sum += g;  sum ← where(due, 0, sum)
 * </pre>
 *
 * <p>An average that is set back is none: there the variable has a factor, which is no mask. Nor is
 * a sum of what its variable gets beside it, as Adagrad's is, or one that moves the variable in
 * every step.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A sum that a choice sets back is filtered where the update takes it.
 *   <li>So is one that a mask sets back.
 *   <li>So is one that begins with a gradient.
 *   <li>So is one that is set back by a write of its own.
 *   <li>A momentum that is set back is a slot.
 *   <li>So is a sum of squares beside the gradient.
 *   <li>So is a sum that moves the weights in every step.
 *   <li>So is a sum that the gradient sets back.
 * </ol>
 */
final class SetBackSums {
  /** So deep is what is written looked into; a form of the update isn't deeper. */
  private static final int DEPTH = 10;

  private static final Set<String> PLUS = Set.of("Add", "AddV2", "Sub");
  private static final Set<String> TIMES = Set.of("Mul", "MulNoNan");

  private final InlinedFlow flow;
  private final IntFunction<int[]> producers;
  private final BitSet roots;
  private final BitSet data;

  /** What a value may be. */
  private enum Form {
    NOTHING,
    ITSELF,
    SUM,
    OTHER
  }

  /**
   * The sums of one flow.
   *
   * @param producers what a tensor is made from; a read of state from what was written before
   * @param roots where data enters
   * @param data what data flows into
   */
  SetBackSums(InlinedFlow flow, IntFunction<int[]> producers, BitSet roots, BitSet data) {
    this.flow = flow;
    this.producers = producers;
    this.roots = roots;
    this.data = data;
  }

  /**
   * The sums, by number.
   *
   * @param served the variable that a state is for; less than 0 where it is for none, or several
   */
  BitSet find(IntUnaryOperator served) {
    Map<Integer, Written> found = new HashMap<>();
    BitSet sums = new BitSet();
    for (int variable = 0; variable < flow.variables().size(); variable++) {
      Written written = new Written(variable);
      if (served.applyAsInt(variable) >= 0 && written.isSetBackSum()) {
        found.put(variable, written);
        sums.or(written.sums);
      }
    }
    BitSet result = new BitSet();
    if (!found.isEmpty()) {
      BitSet beside = spread(sums, found.keySet());
      found.forEach(
          (variable, written) -> {
            List<Integer> updates = flow.writes(served.applyAsInt(variable));
            result.set(
                variable,
                updates.stream().noneMatch(beside::get)
                    && updates.stream().filter(data::get).allMatch(written::isDecidedFor));
          });
    }
    return result;
  }

  /** What data flows into without the sums. */
  private BitSet spread(BitSet sums, Set<Integer> variables) {
    BitSet seen = new BitSet();
    for (int t = 0; t < flow.size(); t++) {
      boolean blocked = sums.get(t) || (flow.read(t) >= 0 && variables.contains(flow.read(t)));
      seen.set(
          t, !blocked && (roots.get(t) || Arrays.stream(producers.apply(t)).anyMatch(seen::get)));
    }
    return seen;
  }

  /** What is written to one variable. */
  private final class Written {
    private final int variable;
    private final BitSet visited = new BitSet();
    private final BitSet sums = new BitSet();

    Written(int variable) {
      this.variable = variable;
    }

    boolean isSetBackSum() {
      boolean adds = false;
      boolean setsBack = false;
      for (int effect : flow.writes(variable)) {
        String op = flow.op(effect);
        int[] values = flow.producers(effect);
        if (values.length != 1 || OpTable.isTraining(op)) {
          return false;
        }
        if (!OpTable.isAssignment(op)) {
          adds |= data.get(effect);
          continue;
        }
        Set<Form> forms = forms(values[0], DEPTH);
        boolean sum = forms.contains(Form.SUM);
        boolean kept = sum || forms.contains(Form.ITSELF);
        if (forms.contains(Form.OTHER) && !sum && data.get(effect)) {
          return false;
        }
        adds |= sum;
        setsBack |= kept && (forms.contains(Form.NOTHING) || forms.contains(Form.OTHER));
      }
      return adds && setsBack;
    }

    private Set<Form> forms(int t, int depth) {
      Set<Form> found = formsOf(t, depth);
      if (found.contains(Form.SUM)) {
        sums.set(t);
      }
      return found;
    }

    private Set<Form> formsOf(int t, int depth) {
      visited.set(t);
      int[] parts = flow.producers(t);
      String op = flow.op(t);
      if (flow.read(t) == variable) {
        return Set.of(Form.ITSELF);
      }
      if (Choices.isZero(flow, t)) {
        return Set.of(Form.NOTHING);
      }
      if (depth == 0 || parts.length == 0 || flow.read(t) >= 0) {
        return Set.of(Form.OTHER);
      }
      if (parts.length == 1 && (op.equals(OpTable.ARGUMENT) || OpTable.handsOn(op))) {
        return forms(parts[0], depth - 1);
      }
      if (isChoice(op)) {
        return Choices.goesBy(flow, t, data::get) ? Set.of(Form.OTHER) : either(parts, depth);
      }
      if (TIMES.contains(op) && parts.length == 2) {
        return isMask(parts[0])
            ? masked(parts[1], depth)
            : isMask(parts[1]) ? masked(parts[0], depth) : Set.of(Form.OTHER);
      }
      return PLUS.contains(op) && parts.length == 2 ? sum(t, parts, depth) : Set.of(Form.OTHER);
    }

    private Set<Form> either(int[] parts, int depth) {
      Set<Form> all = EnumSet.noneOf(Form.class);
      Arrays.stream(parts).forEach(part -> all.addAll(forms(part, depth - 1)));
      return all;
    }

    private Set<Form> masked(int t, int depth) {
      Set<Form> forms = EnumSet.copyOf(forms(t, depth - 1));
      forms.add(Form.NOTHING);
      return forms;
    }

    /** The variable beside something that it has no part in. */
    private Set<Form> sum(int t, int[] parts, int depth) {
      for (int i = 0; i < 2; i++) {
        Set<Form> own = forms(parts[i], depth - 1);
        boolean isOwn = own.contains(Form.ITSELF) && !own.contains(Form.SUM);
        if (isOwn && (i == 0 || !flow.op(t).equals("Sub"))) {
          return own.size() > 1 ? EnumSet.of(Form.SUM, Form.OTHER) : Set.of(Form.SUM);
        }
      }
      return Set.of(Form.OTHER);
    }

    /** Whether an update stands in a branch, or goes by a choice of its own. */
    boolean isDecidedFor(int update) {
      for (CallTree.Instance at = flow.instance(update); !at.isMain(); at = caller(at)) {
        if (OpTable.isBranch(caller(at).graph().op(at.caller().node()))) {
          return true;
        }
      }
      BitSet way = new BitSet();
      way.set(update);
      way = flow.ancestors(way);
      BitSet after = new BitSet();
      for (int t = 0; t < flow.size(); t++) {
        after.set(t, sums.get(t) || flow.read(t) == variable);
      }
      way.and(flow.descendants(after));
      way.andNot(visited);
      return way.stream().anyMatch(this::decides);
    }

    private boolean decides(int t) {
      String op = flow.op(t);
      return isChoice(op)
          || (TIMES.contains(op) && Arrays.stream(flow.producers(t)).anyMatch(f -> masks(f)));
    }
  }

  private CallTree.Instance caller(CallTree.Instance called) {
    return flow.instances().get(called.caller().instance());
  }

  private static boolean isChoice(String op) {
    return Choices.chooses(op) || OpTable.isBranch(op) || op.equals("Merge");
  }

  /** Whether a factor has a mask in it. */
  private boolean masks(int factor) {
    return isMask(factor)
        || (TIMES.contains(flow.op(factor))
            && Arrays.stream(flow.producers(factor)).anyMatch(this::isMask));
  }

  /** Whether a tensor is a truth as a number, or one less it; no gradient has a part in it. */
  private boolean isMask(int t) {
    int at = t;
    while (flow.producers(at).length == 1 && flow.op(at).equals("Identity")) {
      at = flow.producers(at)[0];
    }
    int[] parts = flow.producers(at);
    if (flow.op(at).equals("Sub") && parts.length == 2 && flow.constant(parts[0]) == 1) {
      return isMask(parts[1]);
    }
    return flow.op(at).equals("Cast")
        && !data.get(at)
        && flow.graph(at)
                .node(flow.nodeId(at))
                .getAttrOrDefault("SrcT", AttrValue.getDefaultInstance())
                .getType()
            == DataType.DT_BOOL;
  }
}
