package org.grokfast.tools.verify.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.grokfast.tensorflow.proof.Values;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TString;

/**
 * A graph that trains. One op runs after the other on one thread, so that runs repeat bit for bit.
 */
final class TrainingSession implements AutoCloseable {
  private final VerifyPlan plan;
  private final Feeds feeds;
  private final Graph graph = new Graph();
  private final Session session;

  TrainingSession(VerifyPlan plan, GraphDef def, Feeds feeds) {
    this.plan = plan;
    this.feeds = feeds;
    graph.importGraphDef(def);
    session =
        new Session(
            graph,
            ConfigProto.newBuilder()
                // The devices of the machine that trains need not be those of the one that
                // verifies.
                .setAllowSoftPlacement(true)
                .setIntraOpParallelismThreads(1)
                .setInterOpParallelismThreads(1)
                .build());
  }

  void run(List<String> nodes) {
    for (String node : nodes) {
      session.runner().addTarget(node).run().close();
    }
  }

  /** Restores the variables from a checkpoint. */
  void restore(VerifyPlan.Start start) {
    try (TString file = TString.scalarOf(start.prefix())) {
      session.runner().feed(start.file(), file).addTarget(start.restore()).run().close();
    }
  }

  /**
   * Runs some nodes in a step and returns what some tensors hold, as numbers. A tensor that is fed
   * can't be fetched, so its value is taken from what is fed.
   */
  List<double[]> step(int step, List<String> targets, List<String> fetches) {
    Session.Runner runner = session.runner();
    Map<String, Tensor> fed = new LinkedHashMap<>();
    try {
      for (VerifyPlan.Input input : plan.inputs()) {
        Tensor tensor = feeds.tensor(input, step);
        fed.put(input.name(), tensor);
        runner.feed(input.name(), tensor);
      }
      targets.forEach(runner::addTarget);
      // Two filters may take one tensor, and a result has each name once.
      List<String> fetched =
          fetches.stream()
              .filter(name -> !isFed(fed, name))
              .map(TrainingSession::first)
              .distinct()
              .toList();
      fetched.forEach(runner::fetch);
      try (Result result = runner.run()) {
        List<double[]> values = new ArrayList<>();
        for (String name : fetches) {
          values.add(
              Values.of(
                  isFed(fed, name)
                      ? fed.get(NodeIndex.nodeOf(name))
                      : result.get(fetched.indexOf(first(name)))));
        }
        return values;
      }
    } finally {
      fed.values().forEach(Tensor::close);
    }
  }

  /**
   * What some tensors hold between two steps, as numbers. All are read at once: TensorFlow prepares
   * the graph anew for each set of tensors, which costs far more than to read them.
   */
  List<double[]> read(List<String> tensors) {
    if (tensors.isEmpty()) {
      return List.of();
    }
    Session.Runner runner = session.runner();
    tensors.forEach(runner::fetch);
    try (Result result = runner.run()) {
      List<double[]> values = new ArrayList<>();
      result.forEach(entry -> values.add(Values.of(entry.getValue())));
      return values;
    }
  }

  /** A tensor as results name it: the first output of a node by the node alone. */
  private static String first(String tensor) {
    return tensor.endsWith(":0") ? NodeIndex.nodeOf(tensor) : tensor;
  }

  private static boolean isFed(Map<String, Tensor> fed, String tensor) {
    return fed.containsKey(NodeIndex.nodeOf(tensor));
  }

  /** Copies of all variables' values, by name. */
  Map<String, Tensor> variables() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    if (plan.variables().isEmpty()) {
      return values;
    }
    Session.Runner runner = session.runner();
    plan.variables().forEach(variable -> runner.fetch(variable.read()));
    try (Result result = runner.run()) {
      int next = 0;
      for (VerifyPlan.Variable variable : plan.variables()) {
        values.put(variable.name(), Values.copy(result.get(next++)));
      }
    }
    return values;
  }

  /** Gives variables values, those that have one. */
  void assign(Map<String, Tensor> values) {
    List<VerifyPlan.Variable> assigned =
        plan.variables().stream().filter(v -> values.containsKey(v.name())).toList();
    if (assigned.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    for (VerifyPlan.Variable variable : assigned) {
      runner.feed(variable.value(), values.get(variable.name())).addTarget(variable.assign());
    }
    runner.run().close();
  }

  /** Gives variables values that are numbers. */
  void set(Map<String, double[]> values) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      Map<String, Tensor> now = values.isEmpty() ? Map.of() : variables();
      try {
        values.forEach(
            (name, numbers) -> {
              Tensor old = now.get(name);
              tensors.put(name, Values.tensor(old.dataType().name(), old.shape(), numbers));
            });
      } finally {
        now.values().forEach(Tensor::close);
      }
      assign(tensors);
    } finally {
      tensors.values().forEach(Tensor::close);
    }
  }

  /** Sets a parameter of a filter to zero. */
  void zero(String parameter) {
    try (TFloat64 zero = TFloat64.scalarOf(0)) {
      session
          .runner()
          .feed(parameter + InsertedNames.NEW_VALUE, zero)
          .addTarget(parameter + InsertedNames.SET)
          .run()
          .close();
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
