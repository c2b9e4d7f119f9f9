package org.grokfast.tests.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tests.cluster.RemoteSession.Value;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A step of linear regression on workers that each have a replica of the weights and average their
 * gradients in a ring. All begin with the same weights.
 *
 * @param resource whether variables are resources; else they are references
 * @param exchange how gradients are averaged
 */
record Replicas(boolean resource, Exchange exchange) {
  /** How the workers' gradients become one. */
  enum Exchange {
    /** {@code CollectiveReduce}, whose group is told by attributes. */
    COLLECTIVE_REDUCE,
    /** {@code CollectiveReduceV2}, whose group is told by inputs. */
    COLLECTIVE_REDUCE_V2,
    /** Sums and products, in one process and without devices: what the others should equal. */
    PLAIN
  }

  static final int WORKERS = 3;
  static final String INIT = "init";
  static final String TRAIN = "train";
  static final String LEADER = "/job:worker/replica:0/task:0";

  private static final int ROWS = 4;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;
  private static final int GROUP_KEY = 1;
  private static final int INSTANCE_KEY = 7;

  static Map<String, Integer> jobs() {
    return Map.of("worker", WORKERS);
  }

  static String weights(int worker) {
    return "replica" + worker + "/w";
  }

  static String device(int worker) {
    return "/job:worker/task:" + worker;
  }

  private String on(int worker) {
    return exchange == Exchange.PLAIN ? "" : device(worker);
  }

  GraphDef graph() {
    Nodes nodes = new Nodes();
    long[] shape = {INPUTS, OUTPUTS};
    for (int worker = 0; worker < WORKERS; worker++) {
      nodes.on(on(worker));
      float[] initial = Waves.of(INPUTS * OUTPUTS, 0.7);
      nodes.variable(resource, weights(worker), shape, initial);
      nodes.variable(resource, weights(worker) + "/Momentum", shape, new float[INPUTS * OUTPUTS]);
      gradient(nodes, "replica" + worker + "/");
    }
    String[] updates = new String[WORKERS];
    for (int worker = 0; worker < WORKERS; worker++) {
      nodes.on(on(worker));
      updates[worker] = update(nodes, worker, average(nodes, worker));
    }
    nodes.on("").group(TRAIN, updates);
    return nodes.build();
  }

  private static void gradient(Nodes nodes, String scope) {
    nodes.raw("Placeholder", scope + "x").putAttr("dtype", Nodes.floats());
    nodes.raw("Placeholder", scope + "y").putAttr("dtype", Nodes.floats());
    nodes.node("MatMul", scope + "xw", scope + "x", scope + "w/read");
    nodes.node("Sub", scope + "error", scope + "xw", scope + "y");
    nodes
        .raw("MatMul", scope + "gradient", scope + "x", scope + "error")
        .putAttr("T", Nodes.floats())
        .putAttr("transpose_a", Nodes.bool(true));
  }

  private String average(Nodes nodes, int worker) {
    String scope = "replica" + worker + "/";
    String gradient = scope + "gradient";
    String mean = scope + "mean";
    switch (exchange) {
      case COLLECTIVE_REDUCE ->
          collective(nodes.raw("CollectiveReduce", mean, gradient))
              .putAttr("group_size", Nodes.number(WORKERS))
              .putAttr("group_key", Nodes.number(GROUP_KEY))
              .putAttr("instance_key", Nodes.number(INSTANCE_KEY))
              .putAttr(
                  "subdiv_offsets",
                  AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addI(0)).build());
      case COLLECTIVE_REDUCE_V2 ->
          collective(
                  nodes.raw(
                      "CollectiveReduceV2",
                      mean,
                      gradient,
                      nodes.integers(scope + "size", WORKERS),
                      nodes.integers(scope + "group", GROUP_KEY),
                      nodes.integers(scope + "instance", INSTANCE_KEY)))
              .putAttr("Nordering_token", Nodes.number(0));
      case PLAIN -> {
        List<String> all = new ArrayList<>();
        for (int other = 0; other < WORKERS; other++) {
          all.add("replica" + other + "/gradient");
        }
        nodes
            .raw("AddN", scope + "sum", all.toArray(String[]::new))
            .putAttr("T", Nodes.floats())
            .putAttr("N", Nodes.number(WORKERS));
        nodes.constant(scope + "third", new long[0], 1f / WORKERS);
        nodes.node("Mul", mean, scope + "sum", scope + "third");
      }
    }
    return mean;
  }

  private static NodeDef.Builder collective(NodeDef.Builder node) {
    return node.putAttr("T", Nodes.floats())
        .putAttr("merge_op", Nodes.text("Add"))
        .putAttr("final_op", Nodes.text("Div"))
        .putAttr("communication_hint", Nodes.text("ring"));
  }

  private String update(Nodes nodes, int worker, String gradient) {
    String scope = weights(worker) + "/";
    nodes.constant(scope + "rate", new long[0], 0.05f);
    nodes.constant(scope + "momentum", new long[0], 0.9f);
    return nodes.node(
        resource ? "ResourceApplyMomentum" : "ApplyMomentum",
        scope + "apply",
        weights(worker),
        weights(worker) + "/Momentum",
        scope + "rate",
        gradient,
        scope + "momentum");
  }

  /** The batches of all workers in a step. */
  static Map<String, Value> batches(int step) {
    Map<String, Value> feeds = new LinkedHashMap<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      double phase = 1 + 2.3 * step + 0.9 * worker;
      String scope = "replica" + worker + "/";
      feeds.put(scope + "x", Value.matrix(ROWS, Waves.of(ROWS * INPUTS, phase)));
      feeds.put(scope + "y", Value.matrix(ROWS, Waves.of(ROWS * OUTPUTS, phase + 0.4)));
    }
    return feeds;
  }
}
