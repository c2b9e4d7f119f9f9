package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.graph.Adjacency;
import org.grokfast.tensorflow.cover.Instances.Caller;
import org.grokfast.tensorflow.cover.Instances.Instance;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;

/** What each point of the flow is made from, and what steers it. */
final class StepFlowBuilder {
  private final Instances instances;
  private final Map<String, Body> bodies;
  private final Variables variables;
  private final OutputPoints outputs;
  private final Adjacency values;
  private final Adjacency steering;

  /** By container, what fills it: a stack, an array of tensors, a queue. */
  private final Map<Integer, List<Integer>> filled = new HashMap<>();

  StepFlowBuilder(
      Instances instances, Map<String, Body> bodies, Variables variables, OutputPoints outputs) {
    this.instances = instances;
    this.bodies = bodies;
    this.variables = variables;
    this.outputs = outputs;
    for (Instance instance : instances.all()) {
      findFilled(instance);
    }
    Adjacency.Builder value = new Adjacency.Builder(outputs.size());
    Adjacency.Builder steer = new Adjacency.Builder(outputs.size());
    for (Instance instance : instances.all()) {
      Body body = bodies.get(instance.function());
      for (int node = 0; node < body.size(); node++) {
        add(instance, body, node, value, steer);
        value.end();
        steer.end();
      }
    }
    for (int point = instances.size(); point < outputs.size(); point++) {
      addOutput(point, value, steer);
      value.end();
      steer.end();
    }
    values = value.build();
    steering = steer.build();
  }

  Adjacency values() {
    return values;
  }

  Adjacency steering() {
    return steering;
  }

  private void findFilled(Instance instance) {
    Body body = bodies.get(instance.function());
    for (int node = 0; node < body.size(); node++) {
      if (OpKinds.fills(body.op(node)) && body.graph().inputCount(node) > 0) {
        int origin = body.origin(body.graph().producer(node, 0));
        filled
            .computeIfAbsent(instance.offset() + origin, key -> new ArrayList<>())
            .add(instance.offset() + node);
      }
    }
  }

  private void add(
      Instance instance, Body body, int node, Adjacency.Builder value, Adjacency.Builder steer) {
    int point = instance.offset() + node;
    String op = body.op(node);
    filled.getOrDefault(point, List.of()).forEach(value::add);
    if (op.equals(OpTable.ARGUMENT) && !instance.isMain()) {
      instance.callers().forEach(caller -> addArgument(caller, node, value));
      return;
    }
    if (outputs.isSplit(point)) {
      return; // Its outputs have points of their own.
    }
    boolean write = variables.writes().get(point);
    boolean read = !write && variables.reads().get(point);
    GraphIndex graph = body.graph();
    List<String> inputs = graph.inputs(node);
    for (int input = 0; input < inputs.size(); input++) {
      TensorName name = TensorName.parse(inputs.get(input));
      if (name.isControl()) {
        continue;
      }
      int from = outputs.at(instance.offset() + graph.producer(node, input), name.index());
      boolean carried = write ? OpTable.isValue(op, input) : OpKinds.carries(op, input);
      if (carried && !read && !(write && isHandle(body, graph.producer(node, input)))) {
        value.add(from);
      } else if (input > 0 || !(read || write)) {
        steer.add(from);
      }
    }
  }

  private static boolean isHandle(Body body, int node) {
    return body.op(body.origin(node)).equals("VarHandleOp");
  }

  private void addArgument(Caller caller, int node, Adjacency.Builder value) {
    if (!caller.isBound()) {
      return;
    }
    Instance calling = caller.instance();
    GraphIndex graph = calling.graph();
    int input = caller.call().firstInput() + node;
    if (input < graph.inputCount(caller.node())) {
      TensorName name = TensorName.parse(graph.inputs(caller.node()).get(input));
      if (!name.isControl()) {
        value.add(
            outputs.at(calling.offset() + graph.producer(caller.node(), input), name.index()));
      }
    }
    if (caller.call().isLoop()) {
      // What the body returns is what it and the condition get the next time.
      for (Instance other : instances.boundCalls(calling, caller.node())) {
        if (Instances.caller(other, calling, caller.node()).returns()) {
          addReturned(other, node, value);
        }
      }
    }
  }

  private void addReturned(Instance callee, int index, Adjacency.Builder value) {
    List<TensorName> returned = bodies.get(callee.function()).returned();
    if (index < returned.size() && callee.graph().has(returned.get(index).node())) {
      TensorName name = returned.get(index);
      value.add(outputs.at(callee.offset() + callee.graph().id(name.node()), name.index()));
    }
  }

  /** What an output of a call, or of an op that hands several values on, is made from. */
  private void addOutput(int point, Adjacency.Builder value, Adjacency.Builder steer) {
    int node = outputs.node(point);
    int index = outputs.index(point);
    Instance instance = instances.of(node);
    Body body = bodies.get(instance.function());
    int local = node - instance.offset();
    List<Instance> called = instances.boundCalls(instance, local);
    for (Instance callee : called) {
      Caller caller = Instances.caller(callee, instance, local);
      if (caller.returns()) {
        addReturned(callee, index, value);
      }
      if (caller.call().firstInput() > 0) {
        addInput(instance, body, local, 0, steer);
      }
    }
    if (called.isEmpty() || Instances.caller(called.get(0), instance, local).call().isLoop()) {
      // A loop may have no turn.
      addInput(instance, body, local, index, value);
    }
  }

  private void addInput(
      Instance instance, Body body, int node, int input, Adjacency.Builder edges) {
    List<String> inputs = body.graph().inputs(node);
    if (input < inputs.size()) {
      TensorName name = TensorName.parse(inputs.get(input));
      if (!name.isControl()) {
        edges.add(outputs.at(instance.offset() + body.graph().producer(node, input), name.index()));
      }
    }
  }
}
