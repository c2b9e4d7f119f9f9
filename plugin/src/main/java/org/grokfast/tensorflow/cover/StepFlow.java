package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.grokfast.graph.Adjacency;
import org.grokfast.graph.IntStack;
import org.grokfast.tensorflow.cover.Instances.Instance;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.TensorName;

/**
 * How values flow through a program. Its points are the nodes of all copies of all functions, each
 * output of a call apart. Loops stay loops. A value ends where a variable is written and begins
 * where one is read.
 */
final class StepFlow {
  private final Instances instances;
  private final Map<String, Body> bodies;
  private final Adjacency producers;
  private final Adjacency steering;
  private final Adjacency consumers;
  private final Variables variables;
  private final OutputPoints outputs;

  StepFlow(Instances instances, Map<String, Body> bodies, Variables variables) {
    this.instances = instances;
    this.bodies = bodies;
    this.variables = variables;
    this.outputs = new OutputPoints(instances, bodies);
    StepFlowBuilder edges = new StepFlowBuilder(instances, bodies, variables, outputs);
    this.producers = edges.values();
    this.steering = edges.steering();
    this.consumers = producers.reversed();
  }

  int size() {
    return producers.size();
  }

  Variables variables() {
    return variables;
  }

  Instances instances() {
    return instances;
  }

  /** The points from which a value flows into one. */
  Adjacency producers() {
    return producers;
  }

  /** The points into which the value of one flows. */
  Adjacency consumers() {
    return consumers;
  }

  /** The points that decide which value a point has, where it is placed, or how large it is. */
  Adjacency steering() {
    return steering;
  }

  /** Whether a point is a node, rather than an output of a call. */
  boolean isNode(int point) {
    return point < instances.size();
  }

  /** The node of a point; of a call's output the call. */
  private int node(int point) {
    return isNode(point) ? point : outputs.node(point);
  }

  Instance instance(int point) {
    return instances.of(node(point));
  }

  /** The number of a point's node in its graph. */
  int local(int point) {
    return node(point) - instance(point).offset();
  }

  GraphIndex graph(int point) {
    return instance(point).graph();
  }

  String op(int point) {
    Instance instance = instance(point);
    return bodies.get(instance.function()).op(node(point) - instance.offset());
  }

  String name(int point) {
    return graph(point).name(local(point));
  }

  /** The points that an input of a node of a graph becomes, in every copy of it. */
  List<Integer> taking(String function, int node, int input) {
    List<Integer> points = new ArrayList<>();
    for (Instance instance : instances.all()) {
      if (!instance.function().equals(function)) {
        continue;
      }
      List<Instance> called = instances.boundCalls(instance, node);
      if (called.isEmpty()) {
        points.add(outputs.at(instance.offset() + node, input));
      }
      for (Instance callee : called) {
        int argument = input - Instances.caller(callee, instance, node).call().firstInput();
        if (argument >= 0 && argument < callee.graph().size()) {
          points.add(callee.offset() + argument);
        }
      }
    }
    return points;
  }

  /** The points that give what an input of a node takes, in every copy of its graph. */
  List<Integer> giving(String function, int node, int input) {
    List<Integer> points = new ArrayList<>();
    for (Instance instance : instances.all()) {
      if (instance.function().equals(function)) {
        int point = input(instance.offset() + node, input);
        if (point >= 0) {
          points.add(point);
        }
      }
    }
    return points;
  }

  /** The point that gives an input of a node; −1 if that is none, or only makes the node wait. */
  int input(int point, int input) {
    Instance instance = instance(point);
    int node = point - instance.offset();
    if (input >= instance.graph().inputCount(node)) {
      return -1;
    }
    TensorName name = TensorName.parse(instance.graph().inputs(node).get(input));
    return name.isControl()
        ? -1
        : outputs.at(instance.offset() + instance.graph().producer(node, input), name.index());
  }

  /** Tells where a written value comes back in the same step. */
  interface States {
    /** Whether what a node writes to a variable flows on to where that is read. */
    boolean carry(int write, int variable);
  }

  /**
   * Everything that values of some points flow to, themselves included. A write ends it, unless it
   * writes a state that carries the value on to where it is read.
   */
  BitSet descendants(BitSet of, States carriesOn) {
    BitSet seen = (BitSet) of.clone();
    IntStack todo = new IntStack();
    of.stream().forEach(todo::push);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (variables.writes().get(at)) {
        boolean on = of.get(at);
        for (int variable : variables.of(at)) {
          if (carriesOn.carry(at, variable)) {
            variables.readsOf(variable).forEach(read -> visit(read, seen, todo));
            on |= variables.reads().get(at);
          }
        }
        if (!on) {
          continue;
        }
      }
      for (int i = 0; i < consumers.count(at); i++) {
        visit(consumers.target(at, i), seen, todo);
      }
    }
    return seen;
  }

  /** Everything from which values flow to some points, down to the last read. */
  BitSet ancestors(BitSet of) {
    BitSet seen = (BitSet) of.clone();
    IntStack todo = new IntStack();
    of.stream().forEach(todo::push);
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (!variables.reads().get(at) || of.get(at)) {
        for (int i = 0; i < producers.count(at); i++) {
          visit(producers.target(at, i), seen, todo);
        }
      }
    }
    return seen;
  }

  private static void visit(int point, BitSet seen, IntStack todo) {
    if (!seen.get(point)) {
      seen.set(point);
      todo.push(point);
    }
  }
}
