package org.grokfast.tests.bench;

import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.GraphRewriter;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/**
 * What a filter adds for one more variable of 64 × 32 float32 numbers, by counts that no other
 * program on the machine moves.
 *
 * @param nodes inserted nodes
 * @param kernels ops that TensorFlow runs in a step
 * @param allocated bytes that these allocate in a step, a parameter
 * @param state bytes of state, a parameter
 */
record StepCosts(int nodes, int kernels, double allocated, double state) {
  private static final long[] SHAPE = {64, 32};
  private static final int PARAMETERS = 64 * 32;

  /** In the first steps TensorFlow allocates what later ones find allocated. */
  private static final int STEPS = 12;

  /** A kind of variables. */
  enum Kind {
    /** Those of TensorFlow Java's own graphs. */
    REFERENCE,
    /** Those of TensorFlow 2 and Keras. */
    RESOURCE
  }

  /** What the filter adds: the difference between two variables and one. */
  static StepCosts of(GradientFilter filter, Kind kind) {
    Counts one = counts(filter, kind, 1);
    Counts two = counts(filter, kind, 2);
    return new StepCosts(
        two.nodes() - one.nodes(),
        two.kernels() - one.kernels(),
        (double) (two.allocated() - one.allocated()) / PARAMETERS,
        (double) (two.state() - one.state()) / PARAMETERS);
  }

  private record Counts(int nodes, int kernels, long allocated, long state) {}

  private static Counts counts(GradientFilter filter, Kind kind, int variables) {
    GraphDef plain = new FilterGraphs(kind, variables, SHAPE).descent();
    GraphRewriter.Result rewritten = new GraphRewriter(filter).apply(plain);
    int nodes = rewritten.graph().getNodeCount() - plain.getNodeCount();
    StepTrace own = traced(rewritten.graph()).inserted();
    return new Counts(nodes, own.kernels(), own.allocated(), rewritten.report().stateBytes());
  }

  /** One op after the other, so that buffers are handed on alike in every run. */
  private static final ConfigProto ONE_THREAD =
      ConfigProto.newBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(1)
          .setUsePerSessionThreads(true)
          .build();

  private static StepTrace traced(GraphDef def) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(def);
      try (Session session = new Session(graph, ONE_THREAD)) {
        session.initialize();
        for (int step = 0; step < STEPS; step++) {
          session.runner().addTarget(FilterGraphs.STEP).run();
        }
        return StepTrace.of(session.runner().addTarget(FilterGraphs.STEP));
      }
    }
  }
}
