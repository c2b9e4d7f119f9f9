package org.grokfast.tests.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tests.cluster.RemoteSession.Value;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/**
 * A step of regression on two workers, y = x·w + b + c², whose gradients are averaged, with its
 * parameters on parameter servers.
 *
 * @param resource whether variables are resources; else they are references
 * @param averaging how the gradients of the workers become one
 * @param momentum whether the optimizer has a slot; else it is gradient descent
 * @param servers how many parameter servers the variables are spread over; with none, nothing is
 *     placed and one process runs the same numbers
 */
record TwoWorkers(boolean resource, Averaging averaging, boolean momentum, int servers) {
  /** How the gradients of two workers are averaged. */
  enum Averaging {
    /** A sum and a product on the parameter server. */
    MEAN,
    /** An accumulator of the parameter server, as of SyncReplicasOptimizer. */
    ACCUMULATOR
  }

  static final int SERVERS = 2;
  static final int WORKERS = 2;
  static final String TRAIN = "train";
  static final String INIT = "init";
  static final List<String> VARIABLES = List.of("layer/w", "layer/b", "layer/c");

  private static final int ROWS = 4;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;
  private static final float RATE = 0.05f;

  /** The tasks of the cluster that this graph is placed on. */
  static Map<String, Integer> jobs() {
    Map<String, Integer> jobs = new LinkedHashMap<>();
    jobs.put("ps", SERVERS);
    jobs.put("worker", WORKERS);
    return jobs;
  }

  TwoWorkers inOneProcess() {
    return new TwoWorkers(resource, averaging, momentum, 0);
  }

  /** The device of a task, or nothing where nothing is placed. */
  private String device(String job, int task) {
    return servers > 0 ? "/job:" + job + "/task:" + task : "";
  }

  /** Where a variable lives. */
  String deviceOf(String variable) {
    return device("ps", Math.min(VARIABLES.indexOf(variable), servers - 1));
  }

  GraphDef graph() {
    Nodes nodes = new Nodes();
    variable(nodes, "layer/w", new long[] {INPUTS, OUTPUTS});
    variable(nodes, "layer/b", new long[] {OUTPUTS});
    variable(nodes, "layer/c", new long[] {OUTPUTS});
    for (int worker = 0; worker < WORKERS; worker++) {
      gradients(nodes.on(device("worker", worker)), "worker" + worker + "/");
    }
    List<String> updates = new ArrayList<>();
    for (String variable : VARIABLES) {
      nodes.on(deviceOf(variable));
      AttrValue shape =
          variable.equals("layer/w") ? Nodes.shape(INPUTS, OUTPUTS) : Nodes.shape(OUTPUTS);
      updates.add(update(nodes, variable, average(nodes, variable, shape)));
    }
    nodes.on("").group(TRAIN, updates.toArray(String[]::new));
    return nodes.build();
  }

  private void variable(Nodes nodes, String name, long[] shape) {
    int size = 1;
    for (long dimension : shape) {
      size *= (int) dimension;
    }
    nodes.on(deviceOf(name)).variable(resource, name, shape, Waves.of(size, 0.7));
    if (momentum) {
      nodes.variable(resource, name + "/Momentum", shape, new float[size]);
    }
  }

  private static void gradients(Nodes nodes, String scope) {
    nodes.raw("Placeholder", scope + "x").putAttr("dtype", Nodes.floats());
    nodes.raw("Placeholder", scope + "y").putAttr("dtype", Nodes.floats());
    nodes.node("MatMul", scope + "xw", scope + "x", "layer/w/read");
    nodes.node("AddV2", scope + "biased", scope + "xw", "layer/b/read");
    nodes.node("Mul", scope + "shift", "layer/c/read", "layer/c/read");
    nodes.node("AddV2", scope + "sum", scope + "biased", scope + "shift");
    nodes.node("Sub", scope + "error", scope + "sum", scope + "y");
    nodes
        .raw("MatMul", scope + "layer/w", scope + "x", scope + "error")
        .putAttr("T", Nodes.floats())
        .putAttr("transpose_a", Nodes.bool(true));
    nodes.integers(scope + "axis", 0);
    nodes
        .raw("Sum", scope + "layer/b", scope + "error", scope + "axis")
        .putAttr("T", Nodes.floats())
        .putAttr("Tidx", AttrValue.newBuilder().setType(DataType.DT_INT32).build());
    nodes.node("AddV2", scope + "twice", "layer/c/read", "layer/c/read");
    nodes.node("Mul", scope + "layer/c", scope + "layer/b", scope + "twice");
  }

  /** The average of what the workers found, on the device of the variable. */
  private String average(Nodes nodes, String variable, AttrValue shape) {
    String mean = variable + "/mean";
    if (averaging == Averaging.MEAN) {
      nodes.node("AddV2", variable + "/both", "worker0/" + variable, "worker1/" + variable);
      nodes.constant(variable + "/half", new long[0], 0.5f);
      return nodes.node("Mul", mean, variable + "/both", variable + "/half");
    }
    String accumulator = variable + "/accumulator";
    nodes
        .raw("ConditionalAccumulator", accumulator)
        .putAttr("dtype", Nodes.floats())
        .putAttr("shape", shape)
        .putAttr("shared_name", Nodes.text(accumulator));
    nodes.integer64(variable + "/local_step", 1L << 40);
    List<String> ready = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      String accumulate = variable + "/accumulate" + worker;
      ready.add("^" + accumulate);
      nodes
          .raw(
              "AccumulatorApplyGradient",
              accumulate,
              accumulator,
              variable + "/local_step",
              "worker" + worker + "/" + variable)
          .putAttr("dtype", Nodes.floats());
    }
    nodes.integers(variable + "/required", WORKERS);
    nodes
        .raw("AccumulatorTakeGradient", mean, accumulator, variable + "/required")
        .addAllInput(ready)
        .putAttr("dtype", Nodes.floats());
    return mean;
  }

  private String update(Nodes nodes, String variable, String gradient) {
    String apply = variable + "/apply";
    String prefix = resource ? "ResourceApply" : "Apply";
    nodes.constant(variable + "/rate", new long[0], RATE);
    if (!momentum) {
      return nodes.node(prefix + "GradientDescent", apply, variable, variable + "/rate", gradient);
    }
    nodes.constant(variable + "/momentum", new long[0], 0.9f);
    return nodes.node(
        prefix + "Momentum",
        apply,
        variable,
        variable + "/Momentum",
        variable + "/rate",
        gradient,
        variable + "/momentum");
  }

  /** The batches of both workers in a step. */
  static Map<String, Value> batches(int step) {
    Map<String, Value> feeds = new LinkedHashMap<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      double phase = 1 + 2.3 * step + 0.9 * worker;
      feeds.put("worker" + worker + "/x", Value.matrix(ROWS, Waves.of(ROWS * INPUTS, phase)));
      feeds.put(
          "worker" + worker + "/y", Value.matrix(ROWS, Waves.of(ROWS * OUTPUTS, phase + 0.4)));
    }
    return feeds;
  }
}
