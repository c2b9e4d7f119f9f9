package org.grokfast.tensorflow.cover;

import java.util.Arrays;
import java.util.BitSet;
import org.grokfast.graph.Adjacency;
import org.grokfast.graph.IntStack;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * How the value of a variable flows to what is written to it: not at all, as a term or a factor of
 * its own next value (a decay, a moving average), or through the model.
 */
final class Influence {
  /** By kind of path, a bit: linear or not, through the model or not. */
  private static final int LINEAR = 1;

  private static final int BENT = 2;
  private static final int MODEL_LINEAR = 4;
  private static final int MODEL_BENT = 8;

  private final StepFlow flow;
  private final BitSet model;
  private final DataFlow data;
  private final Backward backward;
  private final byte[] paths;
  private final IntStack todo = new IntStack();
  private final IntStack touched = new IntStack();
  private long budget;

  /**
   * Prepares it.
   *
   * @param model what flows into known gradients
   * @param budget how many points may be visited for all variables together
   */
  Influence(StepFlow flow, BitSet model, DataFlow data, Backward backward, long budget) {
    this.flow = flow;
    this.model = model;
    this.data = data;
    this.backward = backward;
    this.paths = new byte[flow.size()];
    this.budget = budget;
  }

  /** Whether no more variables can be followed. */
  boolean isExhausted() {
    return budget < 0;
  }

  /**
   * Follows a variable from its reads.
   *
   * @param carriesOn the other variables through which its value flows on
   */
  void follow(int variable, StepFlow.States carriesOn) {
    while (!touched.isEmpty()) {
      paths[touched.pop()] = 0;
    }
    Variables variables = flow.variables();
    variables.readsOf(variable).forEach(read -> set(read, LINEAR));
    while (!todo.isEmpty() && budget-- >= 0) {
      int at = todo.pop();
      boolean on = !variables.writes().get(at) || variables.readsOf(variable).contains(at);
      if (variables.writes().get(at)) {
        for (int other : variables.of(at)) {
          if (other != variable && carriesOn.carry(at, other)) {
            int kinds = paths[at];
            variables.readsOf(other).forEach(read -> set(read, kinds));
            on |= variables.reads().get(at);
          }
        }
      }
      if (on) {
        Adjacency consumers = flow.consumers();
        for (int i = 0; i < consumers.count(at); i++) {
          step(at, consumers.target(at, i));
        }
      }
    }
    while (!todo.isEmpty()) {
      todo.pop();
    }
  }

  private void set(int point, int kinds) {
    int old = paths[point];
    if ((old | kinds) != old) {
      if (old == 0) {
        touched.push(point);
      }
      paths[point] = (byte) (old | kinds);
      todo.push(point);
    }
  }

  private void step(int from, int to) {
    int kinds = paths[from];
    String op = flow.isNode(to) ? flow.op(to) : "IdentityN";
    if (flow.variables().writes().get(to)) {
      set(to, kinds);
      return;
    }
    if (OpTable.isFiniteTest(op)) {
      return;
    }
    if (!OpKinds.isLinear(op) && !(OpKinds.scales(op) && isScaled(from, to))) {
      kinds =
          ((kinds & (LINEAR | BENT)) != 0 ? BENT : 0)
              | ((kinds & (MODEL_LINEAR | MODEL_BENT)) != 0 ? MODEL_BENT : 0);
    }
    if (!OpKinds.passes(op) && (model.get(to) || backward.is(to))) {
      kinds =
          ((kinds & (LINEAR | MODEL_LINEAR)) != 0 ? MODEL_LINEAR : 0)
              | ((kinds & (BENT | MODEL_BENT)) != 0 ? MODEL_BENT : 0);
    }
    set(to, kinds);
  }

  /** Whether a product's or quotient's other part has no data in it. */
  private boolean isScaled(int from, int product) {
    Adjacency producers = flow.producers();
    int same = 0;
    for (int i = 0; i < producers.count(product); i++) {
      int part = producers.target(product, i);
      same += part == from ? 1 : 0;
      if (part != from && data.reaches(part)) {
        return false;
      }
    }
    return same == 1;
  }

  /** Whether the value of the variable last followed flows to a point. */
  boolean reaches(int point) {
    return paths[point] != 0;
  }

  /** Whether it flows there through the model and not as a mere term. */
  boolean reachesThroughModel(int point) {
    return (paths[point] & MODEL_BENT) != 0;
  }

  /** Whether it flows there in any way but as a term or with a factor. */
  boolean reachesBent(int point) {
    return (paths[point] & (BENT | MODEL_BENT)) != 0;
  }

  /** Whether it flows to any of these points. */
  boolean touches(BitSet points) {
    return Arrays.stream(touched.toArray()).anyMatch(points::get);
  }

  /** Whether it flows to any point that only backward passes have. */
  boolean reachesBackward() {
    return Arrays.stream(touched.toArray()).anyMatch(backward::is);
  }

  /** Whether it flows through such a point that is among these. */
  boolean passesBackward(BitSet ancestors) {
    return Arrays.stream(touched.toArray())
        .anyMatch(point -> ancestors.get(point) && backward.is(point));
  }
}
