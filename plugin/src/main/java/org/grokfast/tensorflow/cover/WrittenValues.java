package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.graph.Adjacency;
import org.grokfast.graph.IntStack;
import org.grokfast.tensorflow.graph.OpTable;

/** What is written, by the last ops before it. */
final class WrittenValues {
  private static final Set<String> SUMS = Set.of("Add", "AddV2", "Sub");
  private static final int SUMMANDS = 2;

  private final StepFlow flow;
  private final Variables variables;
  private final Gradients gradients;
  private final BitSet model;
  private final Backward backward;

  /**
   * The values that are written.
   *
   * @param model what flows into known gradients
   * @param backward the backward passes
   */
  WrittenValues(StepFlow flow, Gradients gradients, BitSet model, Backward backward) {
    this.backward = backward;
    this.flow = flow;
    this.variables = flow.variables();
    this.gradients = gradients;
    this.model = model;
  }

  /** What is added to a variable or taken away from it. */
  private record Step(int value, boolean taken) {}

  /**
   * Whether nothing of a write stays: another one takes away what it adds, or starts from the
   * variable as it was before.
   */
  boolean isTrial(int variable, int write) {
    return isTakenBack(variable, write)
        || variables.writesOf(variable).stream()
            .anyMatch(later -> later != write && startsBefore(later, variable, write));
  }

  private boolean isTakenBack(int variable, int write) {
    Optional<Step> step = step(variable, write);
    return step.isPresent()
        && variables.writesOf(variable).stream()
            .flatMap(other -> step(variable, other).stream())
            .anyMatch(new Step(step.get().value(), !step.get().taken())::equals);
  }

  private Optional<Step> step(int variable, int write) {
    List<Integer> taken = gradients.taken(write);
    String op = flow.op(write);
    if (taken.size() != 1) {
      return Optional.empty();
    }
    int value = through(taken.get(0));
    if (!OpTable.isAssignment(op)) {
      return OpKinds.inverse(op).isEmpty()
          ? Optional.empty()
          : Optional.of(new Step(value, op.contains("Sub")));
    }
    Adjacency producers = flow.producers();
    if (!flow.isNode(value)
        || !SUMS.contains(flow.op(value))
        || producers.count(value) != SUMMANDS) {
      return Optional.empty();
    }
    int first = through(producers.target(value, 0));
    int second = through(producers.target(value, 1));
    boolean isDifference = flow.op(value).equals("Sub");
    if (reads(first, variable)) {
      return Optional.of(new Step(second, isDifference));
    }
    return !isDifference && reads(second, variable)
        ? Optional.of(new Step(first, false))
        : Optional.empty();
  }

  /** Whether a later write of a graph assigns a sum of values that were read before a write. */
  private boolean startsBefore(int later, int variable, int write) {
    if (!OpTable.isAssignment(flow.op(later))) {
      return false;
    }
    List<Integer> summed = summed(later, variable);
    return !summed.isEmpty()
        && isAfter(later, write)
        && summed.stream().noneMatch(read -> isAfter(read, write))
        && isLookedAt(variable, write);
  }

  /** Whether a variable is read after a write, other than by what writes it again. */
  private boolean isLookedAt(int variable, int write) {
    return variables.readsOf(variable).stream()
        .anyMatch(read -> !variables.writes().get(read) && isAfter(read, write));
  }

  private boolean isAfter(int point, int write) {
    return flow.instance(point).offset() == flow.instance(write).offset()
        && flow.graph(point).ancestors(flow.local(point)).get(flow.local(write));
  }

  /** The reads of a variable that a write sums up, scaled or not, without those of gradients. */
  private List<Integer> summed(int write, int variable) {
    List<Integer> found = new ArrayList<>();
    BitSet seen = new BitSet();
    IntStack todo = new IntStack();
    gradients.taken(write).forEach(todo::push);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (seen.get(at)) {
        continue;
      }
      seen.set(at);
      if (variables.reads().get(at)) {
        if (reads(at, variable)) {
          found.add(at);
        }
      } else if (!backward.is(at) && isSum(at)) {
        flow.producers().stream(at).forEach(todo::push);
      }
    }
    return found;
  }

  private boolean isSum(int point) {
    return !flow.isNode(point)
        || OpKinds.isLinear(flow.op(point))
        || OpKinds.scales(flow.op(point));
  }

  private boolean reads(int point, int variable) {
    return variables.reads().get(point)
        && IntStream.of(variables.of(point)).anyMatch(found -> found == variable);
  }

  /** The other variable that a write copies as it is; −1 if it does anything else. */
  int copied(int variable, int write) {
    List<Integer> taken = gradients.taken(write);
    if (!OpTable.isAssignment(flow.op(write)) || taken.size() != 1) {
      return -1;
    }
    int from = through(taken.get(0));
    int[] read = variables.reads().get(from) ? variables.of(from) : new int[0];
    return read.length == 1 && read[0] != variable ? read[0] : -1;
  }

  /** Whether what is written is itself used by the model in this step. */
  boolean isUsedForward(int write) {
    BitSet seen = new BitSet();
    IntStack todo = new IntStack();
    gradients.taken(write).forEach(todo::push);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (seen.get(at) || variables.reads().get(at)) {
        continue;
      }
      seen.set(at);
      if (flow.isNode(at) && !OpKinds.passes(flow.op(at))) {
        if (model.get(at)) {
          return true;
        }
        continue;
      }
      flow.producers().stream(at).forEach(todo::push);
    }
    return false;
  }

  private int through(int point) {
    int at = point;
    for (int steps = 0; steps < flow.size(); steps++) {
      boolean passes = !flow.isNode(at) || OpKinds.passes(flow.op(at));
      if (!passes || variables.reads().get(at) || flow.producers().count(at) != 1) {
        break;
      }
      at = flow.producers().target(at, 0);
    }
    return at;
  }

  /** Whether a write adds to its variable, or subtracts from it, rather than replacing it. */
  boolean changesItself(int variable, int write) {
    if (!OpTable.isAssignment(flow.op(write))) {
      return true;
    }
    Adjacency producers = flow.producers();
    BitSet seen = new BitSet();
    IntStack todo = new IntStack();
    todo.push(write);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (at != write && variables.reads().get(at)) {
        if (reads(at, variable)) {
          return true;
        }
        continue;
      }
      if (at != write && flow.isNode(at) && !OpKinds.isLinear(flow.op(at))) {
        continue;
      }
      for (int i = 0; i < producers.count(at); i++) {
        int next = producers.target(at, i);
        if (!seen.get(next)) {
          seen.set(next);
          todo.push(next);
        }
      }
    }
    return false;
  }
}
