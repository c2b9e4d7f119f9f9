package org.grokfast.tests.interop;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.algebra.Precision;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Passes as a loop of Java around a fixture that has none: it assigns weights between steps. */
final class PlainLoop {
  private final Fixture fixture;
  private final GraphDef graph;
  private final Map<String, NodeDef> variables = new HashMap<>();
  private final boolean conditional;

  /**
   * A loop around a fixture.
   *
   * @param conditional whether there are steps that update no variable or not all: they are told by
   *     the weights, which a small update in a narrow format leaves as they are as well
   */
  PlainLoop(Fixture fixture, GraphDef original, boolean conditional) {
    this.fixture = fixture;
    this.conditional = conditional;
    for (NodeDef node : original.getNodeList()) {
      if (node.getOp().equals("VarHandleOp") || node.getOp().equals("VariableV2")) {
        variables.put(node.getName(), node);
      }
    }
    GraphDef.Builder more = original.toBuilder();
    fixture.weights().forEach(each -> addAssignment(more, variables.get(each.name())));
    graph = more.build();
  }

  private static void addAssignment(GraphDef.Builder more, NodeDef variable) {
    AttrValue type = variable.getAttrOrThrow("dtype");
    boolean reference = variable.getOp().equals("VariableV2");
    more.addNodeBuilder()
        .setName("plain/" + variable.getName())
        .setOp("Placeholder")
        .putAttr("dtype", type);
    more.addNodeBuilder()
        .setName("plain/" + variable.getName() + "/set")
        .setOp(reference ? "Assign" : "AssignVariableOp")
        .addInput(variable.getName())
        .addInput("plain/" + variable.getName())
        .setDevice(variable.getDevice())
        .putAttr(reference ? "T" : "dtype", type);
  }

  /** Makes a step and reads the weights, or only reads them where there is no step. */
  private interface Steps {
    Map<String, double[]> weights(int from, int to);
  }

  /** Makes all steps of a fixture and returns its weights. */
  private interface Loop {
    Map<String, double[]> run(Session session, Steps steps);
  }

  /** The weights after the last step with Lookahead. */
  Map<String, double[]> lookahead(int every, double rate) {
    return train((session, steps) -> loop(session, steps, every, rate));
  }

  /**
   * The weights after the last step where each step takes a share of the weights before it off, as
   * decay by learning rate times decay does.
   */
  Map<String, double[]> decay(double share) {
    return train(
        (session, steps) -> {
          for (int step = 0; step < Fixture.STEPS; step++) {
            Map<String, double[]> before = steps.weights(0, 0);
            steps
                .weights(step, step + 1)
                .forEach(
                    (name, now) -> {
                      double[] old = before.get(name);
                      Arrays.setAll(now, i -> now[i] - share * old[i]);
                      assign(session, name, now);
                    });
          }
          return steps.weights(0, 0);
        });
  }

  private Map<String, double[]> train(Loop loop) {
    if (fixture.runsInSession()) {
      try (Graph live = new Graph()) {
        live.importGraphDef(FixtureRun.importable(fixture, graph));
        try (Session session = new Session(live, FixtureRun.PRUNED)) {
          session.runner().addTarget(fixture.init()).run().close();
          return loop.run(
              session,
              (from, to) -> {
                for (int step = from; step < to; step++) {
                  FixtureRun.step(session, fixture, step);
                }
                return FixtureRun.read(session, fixture);
              });
        }
      }
    }
    try (TemporaryFolder folder = TemporaryFolder.create();
        SavedModelBundle bundle =
            FixtureRun.load(fixture, graph, folder.path().resolve("model"), FixtureRun.PRUNED)) {
      return loop.run(
          bundle.session(), (from, to) -> FixtureRun.trainSignature(fixture, bundle, from, to));
    }
  }

  private Map<String, double[]> loop(Session session, Steps steps, int every, double rate) {
    Map<String, double[]> slow = new LinkedHashMap<>(steps.weights(0, 0));
    Map<String, Integer> updates = new HashMap<>();
    Map<String, double[]> last = slow;
    for (int step = 0; step < Fixture.STEPS; step++) {
      Map<String, double[]> now = steps.weights(step, step + 1);
      for (String name : List.copyOf(slow.keySet())) {
        boolean updated = !conditional || !Arrays.equals(now.get(name), last.get(name));
        if (updated && updates.merge(name, 1, Integer::sum) % every == 0) {
          double[] blended = blend(name, slow.get(name), now.get(name), rate);
          slow.put(name, blended);
          assign(session, name, blended);
        }
      }
      last = steps.weights(0, 0);
    }
    return last;
  }

  private double[] blend(String name, double[] slow, double[] fast, double rate) {
    boolean wide = type(name) == DataType.DT_DOUBLE;
    double[] blended = new double[slow.length];
    for (int i = 0; i < slow.length; i++) {
      if (wide) {
        double part = (fast[i] - slow[i]) * rate;
        blended[i] = slow[i] + part;
      } else {
        float difference = (float) fast[i] - (float) slow[i];
        float part = difference * (float) rate;
        blended[i] = (float) slow[i] + part;
      }
    }
    return blended;
  }

  private DataType type(String name) {
    return variables.get(name).getAttrOrThrow("dtype").getType();
  }

  private void assign(Session session, String name, double[] values) {
    Shape shape =
        Shape.of(
            variables.get(name).getAttrOrThrow("shape").getShape().getDimList().stream()
                .mapToLong(dim -> dim.getSize())
                .toArray());
    try (Tensor tensor = tensor(type(name), shape, values)) {
      session
          .runner()
          .feed("plain/" + name, tensor)
          .addTarget("plain/" + name + "/set")
          .run()
          .close();
    }
  }

  private static Tensor tensor(DataType type, Shape shape, double... values) {
    int[] i = {0};
    return switch (type) {
      case DT_HALF ->
          TFloat16.tensorOf(
              shape, t -> t.scalars().forEach(each -> each.setFloat((float) values[i[0]++])));
      case DT_BFLOAT16 ->
          TBfloat16.tensorOf(
              shape,
              t ->
                  // TensorFlow Java cuts digits off.
                  t.scalars()
                      .forEach(
                          each -> each.setFloat((float) Precision.BFLOAT16.round(values[i[0]++]))));
      case DT_FLOAT ->
          TFloat32.tensorOf(
              shape, t -> t.scalars().forEach(each -> each.setFloat((float) values[i[0]++])));
      case DT_DOUBLE ->
          TFloat64.tensorOf(
              shape, t -> t.scalars().forEach(each -> each.setDouble(values[i[0]++])));
      default -> throw new IllegalArgumentException("no tensors of " + type);
    };
  }
}
