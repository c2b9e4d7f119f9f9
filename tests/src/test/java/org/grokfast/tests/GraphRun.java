package org.grokfast.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.DoubleNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.DoubleDataBuffer;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/** An imported graph and a session of its own. Values go in and out as doubles. */
final class GraphRun implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;

  /** Imports a graph. */
  GraphRun(GraphDef def) {
    graph.importGraphDef(def);
    session = new Session(graph);
  }

  /** Runs what {@code Init} or another node initialises. */
  GraphRun initialize() {
    session.initialize();
    return this;
  }

  GraphRun run(String target) {
    session.run(target);
    return this;
  }

  /** Runs a target with one placeholder fed and returns another tensor of that run. */
  double[] step(String target, String fetch, String placeholder, DataType type, double... value) {
    return step(target, fetch, Map.of(placeholder, value), type);
  }

  /** The same with several placeholders of one type. */
  double[] step(String target, String fetch, Map<String, double[]> feeds, DataType type) {
    Session.Runner runner = session.runner().addTarget(target).fetch(fetch);
    Tensor[] tensors = new Tensor[feeds.size()];
    int next = 0;
    try {
      for (var feed : feeds.entrySet()) {
        tensors[next] = tensor(type, feed.getValue());
        runner.feed(feed.getKey(), tensors[next++]);
      }
      try (var result = runner.run()) {
        return values(result.get(0));
      }
    } finally {
      for (int i = 0; i < next; i++) {
        tensors[i].close();
      }
    }
  }

  /** Runs a target with vectors and scalars of one type fed. */
  void scalars(
      String target, Map<String, double[]> vectors, Map<String, Double> scalars, DataType type) {
    Session.Runner runner = session.runner().addTarget(target);
    List<Tensor> tensors = new ArrayList<>();
    try {
      vectors.forEach(
          (name, values) -> {
            tensors.add(tensor(type, values));
            runner.feed(name, tensors.get(tensors.size() - 1));
          });
      scalars.forEach(
          (name, value) -> {
            tensors.add(
                type == DataType.DT_DOUBLE
                    ? TFloat64.scalarOf(value)
                    : TFloat32.scalarOf(value.floatValue()));
            runner.feed(name, tensors.get(tensors.size() - 1));
          });
      runner.run().close();
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  /** Sets a parameter of a running filter. */
  void set(String parameter, double value) {
    try (TFloat64 tensor = TFloat64.scalarOf(value)) {
      session.runner().feed(parameter + "/new_value", tensor).addTarget(parameter + "/set").run();
    }
  }

  double[] fetch(String tensor) {
    try (var result = session.runner().fetch(tensor).run()) {
      return values(result.get(0));
    }
  }

  /** Runs a saver's or a restorer's node with the name of the file fed. */
  void checkpoint(String target, String file, String prefix) {
    try (TString name = TString.scalarOf(prefix)) {
      session.runner().feed(file, name).addTarget(target).run().close();
    }
  }

  Session session() {
    return session;
  }

  Graph graph() {
    return graph;
  }

  static Tensor tensor(DataType type, double... values) {
    Shape shape = Shape.of(values.length);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return switch (type) {
      case DT_HALF -> TFloat16.tensorOf(shape, t -> t.copyFrom(DataBuffers.of(floats)));
      case DT_BFLOAT16 -> TBfloat16.tensorOf(shape, t -> t.copyFrom(DataBuffers.of(floats)));
      case DT_FLOAT -> TFloat32.tensorOf(shape, DataBuffers.of(floats));
      case DT_DOUBLE -> TFloat64.tensorOf(shape, DataBuffers.of(values));
      case DT_INT32 -> TInt32.tensorOf(shape, DataBuffers.of(ints(values)));
      default -> throw new IllegalArgumentException("no tensors of " + type);
    };
  }

  /** The bytes of a tensor, in hexadecimal. */
  static String bits(Tensor tensor) {
    var data = tensor.asRawTensor().data();
    byte[] bytes = new byte[(int) data.size()];
    data.read(bytes);
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private static int[] ints(double... values) {
    return java.util.Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  private static double[] values(Tensor tensor) {
    double[] values = new double[(int) tensor.shape().size()];
    if (tensor instanceof DoubleNdArray doubles) {
      DoubleDataBuffer buffer = DataBuffers.ofDoubles(values.length);
      doubles.copyTo(buffer);
      buffer.read(values);
    } else if (tensor instanceof FloatNdArray floats) {
      FloatDataBuffer buffer = DataBuffers.ofFloats(values.length);
      floats.copyTo(buffer);
      for (int i = 0; i < values.length; i++) {
        values[i] = buffer.getFloat(i);
      }
    } else if (tensor instanceof org.tensorflow.types.TInt64 longs) {
      int[] next = {0};
      longs.scalars().forEach(scalar -> values[next[0]++] = scalar.getLong());
    } else {
      throw new IllegalArgumentException("no values of " + tensor);
    }
    return values;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
