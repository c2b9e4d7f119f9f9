package org.grokfast.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** The graphs under {@code graphs/}, described in its README. */
final class PythonGraphs {
  private PythonGraphs() {}

  static GraphDef read(String name) {
    try (InputStream in = PythonGraphs.class.getResourceAsStream("/graphs/" + name + ".pb")) {
      return GraphDef.parseFrom(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs steps and returns the values of the fetched tensors, a list a step. */
  static List<List<Float>> train(
      Session session, String trainOp, int from, int count, String... fetches) {
    List<List<Float>> steps = new ArrayList<>();
    for (int step = from; step < from + count; step++) {
      try (TFloat32 x = tensor(Shape.of(4, 3), 1 + step);
          TFloat32 y = tensor(Shape.of(4, 2), 0.3 + 2 * step)) {
        var runner = session.runner().feed("x", x).feed("y", y).addTarget(trainOp);
        for (String fetch : fetches) {
          runner.fetch(fetch);
        }
        List<Float> values = new ArrayList<>();
        try (var result = runner.run()) {
          result.forEach(
              entry ->
                  ((TFloat32) entry.getValue())
                      .scalars()
                      .forEach(value -> values.add(value.getFloat())));
        }
        steps.add(values);
      }
    }
    return steps;
  }

  /** Runs steps and returns the weights after each of them. */
  static List<List<Float>> weights(GraphRun run, String trainOp, int from, int count) {
    List<List<Float>> steps = new ArrayList<>();
    boolean resource = run.graph().operation("layer/w").type().equals("VarHandleOp");
    for (int step = from; step < from + count; step++) {
      train(run.session(), trainOp, step, 1);
      List<Float> values = new ArrayList<>();
      for (String name : List.of("layer/w", "layer/b")) {
        for (double value : run.fetch(resource ? name + "/Read/ReadVariableOp" : name)) {
          values.add((float) value);
        }
      }
      steps.add(values);
    }
    return steps;
  }

  private static TFloat32 tensor(Shape shape, double phase) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(phase + 0.9 * i);
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }
}
