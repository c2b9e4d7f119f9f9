package org.grokfast.tensorflow.cover;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.grokfast.graph.Adjacency;
import org.grokfast.tensorflow.graph.OpTable;

/** What is written, by the last ops before it. */
final class WrittenValues {
  private final StepFlow flow;
  private final Variables variables;
  private final Gradients gradients;
  private final BitSet model;

  /**
   * The values that are written.
   *
   * @param model what flows into known gradients
   */
  WrittenValues(StepFlow flow, Gradients gradients, BitSet model) {
    this.flow = flow;
    this.variables = flow.variables();
    this.gradients = gradients;
    this.model = model;
  }

  /** Whether another write takes away what this one adds, as a trial step is taken back. */
  boolean isTakenBack(int variable, int write) {
    String op = OpKinds.inverse(flow.op(write));
    List<Integer> taken = gradients.taken(write);
    return taken.size() == 1
        && variables.writesOf(variable).stream()
            .anyMatch(
                other ->
                    flow.op(other).equals(op)
                        && gradients.taken(other).size() == 1
                        && through(gradients.taken(other).get(0)) == through(taken.get(0)));
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
        if (IntStream.of(variables.of(at)).anyMatch(found -> found == variable)) {
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
