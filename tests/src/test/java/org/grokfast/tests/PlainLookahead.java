package org.grokfast.tests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Lookahead of the small model as a loop in Java around a graph that has none. */
final class PlainLookahead {
  private final Session session;
  private final Map<String, float[]> slow = new LinkedHashMap<>();

  private PlainLookahead(Session session) {
    this.session = session;
  }

  /** The bits of all weights after each step. */
  static List<List<Integer>> run(Training training, int every, float rate, int steps) {
    List<List<Integer>> weights = new ArrayList<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(assignable(training.graph()));
      try (Session session = new Session(graph)) {
        session.initialize();
        PlainLookahead lookahead = new PlainLookahead(session);
        for (String variable : List.of("w", "b")) {
          lookahead.slow.put(variable, lookahead.read(variable));
        }
        for (int step = 0; step < steps; step++) {
          Training.step(session, training.trainOp(), step);
          if ((step + 1) % every == 0) {
            lookahead.blend(rate);
          }
          weights.add(Training.weights(session));
        }
      }
    }
    return weights;
  }

  private static GraphDef assignable(GraphDef graph) {
    GraphDef.Builder more = graph.toBuilder();
    for (String variable : List.of("w", "b")) {
      GraphBuilder nodes = new GraphBuilder();
      nodes
          .node("Placeholder", variable + "/fed")
          .putAttr("dtype", GraphBuilder.type(org.tensorflow.proto.DataType.DT_FLOAT));
      nodes
          .node("Assign", variable + "/set", variable, variable + "/fed")
          .putAttr("T", GraphBuilder.type(org.tensorflow.proto.DataType.DT_FLOAT));
      more.addAllNode(nodes.build().getNodeList());
    }
    return more.build();
  }

  private void blend(float rate) {
    slow.forEach(
        (variable, values) -> {
          float[] fast = read(variable);
          for (int i = 0; i < values.length; i++) {
            float difference = fast[i] - values[i];
            float part = difference * rate;
            values[i] = values[i] + part;
          }
          write(variable, values);
        });
  }

  private float[] read(String variable) {
    try (var result = session.runner().fetch(variable).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = new float[(int) tensor.size()];
      var buffer = DataBuffers.ofFloats(values.length);
      tensor.copyTo(buffer);
      buffer.read(values);
      return values;
    }
  }

  private void write(String variable, float[] values) {
    Shape shape = session.graph().operationOrThrow(variable).output(0).shape();
    try (TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(values))) {
      session.runner().feed(variable + "/fed", tensor).addTarget(variable + "/set").run().close();
    }
  }
}
