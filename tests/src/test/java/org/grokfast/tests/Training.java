package org.grokfast.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.grokfast.Grokfast;
import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/**
 * The small model with an optimizer, as a GraphDef.
 *
 * @param graph the graph
 * @param trainOp the op to run in every step
 */
record Training(GraphDef graph, String trainOp) {

  /** The ways in which a filter gets into a graph. */
  enum Form {
    GRAPH_DEF,
    WRAPPED,
    OPTIMIZER
  }

  static Training unfiltered(FrameworkOptimizer kind) {
    return build(kind, optimizer -> optimizer);
  }

  private static Training build(FrameworkOptimizer kind, UnaryOperator<Optimizer> decorate) {
    try (Graph graph = new Graph()) {
      var loss = SmallModel.loss(graph);
      String train = decorate.apply(kind.create(graph)).minimize(loss).op().name();
      return new Training(UpdateOrder.settle(graph.toGraphDef(), train), train);
    }
  }

  /** The bits of all weights after each step of a filtered run. */
  static List<List<Integer>> run(
      FrameworkOptimizer kind, GradientFilter filter, Form form, int steps) {
    Training plain = unfiltered(kind);
    return switch (form) {
      case GRAPH_DEF ->
          new Training(new GraphRewriter(filter).apply(plain.graph).graph(), plain.trainOp)
              .run(steps);
      case OPTIMIZER ->
          build(kind, optimizer -> new GrokfastOptimizer(optimizer, filter)).run(steps);
      case WRAPPED -> {
        try (Graph graph = new Graph()) {
          graph.importGraphDef(plain.graph);
          var wrapped = Grokfast.wrap(graph, graph.operationOrThrow(plain.trainOp), filter);
          yield run(graph, wrapped.trainOp().name(), steps);
        }
      }
    };
  }

  /** The bits of all weights after each step. */
  List<List<Integer>> run(int steps) {
    try (Graph live = new Graph()) {
      live.importGraphDef(graph);
      return run(live, trainOp, steps);
    }
  }

  private static List<List<Integer>> run(Graph graph, String trainOp, int steps) {
    List<List<Integer>> weights = new ArrayList<>();
    try (Session session = new Session(graph)) {
      session.initialize();
      for (int step = 0; step < steps; step++) {
        step(session, trainOp, step);
        weights.add(weights(session));
      }
    }
    return weights;
  }

  /** Runs one step. */
  static void step(Session session, String trainOp, int step) {
    try (TFloat32 x = Batches.x(step);
        TFloat32 y = Batches.y(step)) {
      session.runner().feed("x", x).feed("y", y).addTarget(trainOp).run().close();
    }
  }

  /** The bits of all weights. */
  static List<Integer> weights(Session session) {
    List<Integer> bits = new ArrayList<>();
    try (var result = session.runner().fetch("w").fetch("b").run()) {
      result.forEach(
          entry ->
              ((TFloat32) entry.getValue())
                  .scalars()
                  .forEach(value -> bits.add(Float.floatToRawIntBits(value.getFloat()))));
    }
    return bits;
  }
}
