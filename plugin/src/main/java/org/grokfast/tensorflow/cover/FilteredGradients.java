package org.grokfast.tensorflow.cover;

import java.util.BitSet;
import java.util.Set;
import org.grokfast.graph.Adjacency;
import org.grokfast.graph.IntStack;

/** Where filtered gradients arrive. */
final class FilteredGradients {
  private final StepFlow flow;
  private final Variables variables;
  private final Gradients gradients;
  private final BitSet modelVariables;

  /**
   * The gradients of all sites.
   *
   * @param modelVariables the variables that the model computes with
   */
  FilteredGradients(StepFlow flow, Gradients gradients, BitSet modelVariables) {
    this.flow = flow;
    this.variables = flow.variables();
    this.gradients = gradients;
    this.modelVariables = modelVariables;
  }

  /** Whether the filtered gradient of a variable flows to a write. */
  boolean reaches(int variable, int write) {
    Set<Integer> filtered = gradients.filtered(variable);
    return !filtered.isEmpty() && takes(write, filtered);
  }

  /** Whether values flow to a write from some points, through states too that are written first. */
  private boolean takes(int write, Set<Integer> points) {
    Adjacency producers = flow.producers();
    BitSet seen = new BitSet();
    IntStack todo = new IntStack();
    if (OpKinds.isTraining(flow.op(write))) {
      if (points.contains(write)) {
        return true;
      }
      gradients.taken(write).forEach(todo::push);
    } else {
      todo.push(write);
    }
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (seen.get(at)) {
        continue;
      }
      seen.set(at);
      if (points.contains(at)) {
        return true;
      }
      if (variables.reads().get(at) && at != write) {
        for (int state : variables.of(at)) {
          if (!modelVariables.get(state)) {
            variables.writesOf(state).forEach(todo::push);
          }
        }
      }
      if (!variables.reads().get(at) || variables.writes().get(at)) {
        producers.stream(at).forEach(todo::push);
      }
    }
    return false;
  }
}
