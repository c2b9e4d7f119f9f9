package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.DoubleNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Trains a fixture's graph for the steps of the manifest. */
final class FixtureRun {
  /**
   * One thread, and the arithmetic of the graph as it is written: TensorFlow's arithmetic optimizer
   * multiplies scalars with each other before tensors, {@code (g · scale) · rate} as {@code g ·
   * (scale · rate)}, which rounds differently, and can't do that across a filter.
   */
  static final ConfigProto ONE_THREAD =
      ConfigProto.newBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(1)
          .setAllowSoftPlacement(true)
          .setGraphOptions(
              GraphOptions.newBuilder()
                  .setRewriteOptions(
                      RewriterConfig.newBuilder()
                          .setArithmeticOptimization(RewriterConfig.Toggle.OFF)))
          .build();

  /**
   * The same, but what a run does not need is left out before TensorFlow's optimizers see the graph
   * and not by them, which takes half of the time: they work anew on each set of fetches.
   */
  static final ConfigProto PRUNED = pruned();

  private FixtureRun() {}

  private static ConfigProto pruned() {
    ConfigProto.Builder config = ONE_THREAD.toBuilder();
    config.getGraphOptionsBuilder().setPlacePrunedGraph(true);
    return config.build();
  }

  /** The weights after the last step, by variable, of a file with this graph in it. */
  static Map<String, double[]> train(Fixture fixture, GraphDef def) {
    return train(fixture, def, PRUNED);
  }

  /** The same, in a session that is set up as it is by default. */
  static Map<String, double[]> trainWhole(Fixture fixture, GraphDef def) {
    return train(fixture, def, ONE_THREAD);
  }

  private static Map<String, double[]> train(Fixture fixture, GraphDef def, ConfigProto config) {
    return fixture.runsInSession()
        ? trainGraph(fixture, def, config)
        : trainSavedModel(fixture, def, config);
  }

  /**
   * Asserts that the weights are those of the manifest within its tolerance, which is for rounding.
   *
   * @param kind which of the manifest's weights: {@code original} or {@code ema}
   */
  static void assertReached(Fixture fixture, Map<String, double[]> weights, String kind) {
    for (Fixture.Weights variable : fixture.weights()) {
      assertThat(weights.get(variable.name()))
          .as(variable.name())
          .containsExactly(variable.expected(kind), within(fixture.tolerance()));
    }
  }

  private static Map<String, double[]> trainSavedModel(
      Fixture fixture, GraphDef def, ConfigProto config) {
    try (TemporaryFolder folder = TemporaryFolder.create();
        SavedModelBundle bundle = load(fixture, def, folder.path().resolve("model"), config)) {
      return trainSignature(fixture, bundle, 0, Fixture.STEPS);
    }
  }

  /** Writes the fixture's SavedModel with another graph in it, and loads it. */
  static SavedModelBundle load(Fixture fixture, GraphDef def, Path target) {
    return load(fixture, def, target, ONE_THREAD);
  }

  static SavedModelBundle load(Fixture fixture, GraphDef def, Path target, ConfigProto config) {
    GraphFile file = new GraphFileReader().read(fixture.path());
    GraphFileWriter.write(file.withGraph(def), target, Overwrite.REFUSE);
    return SavedModelBundle.loader(target.toString())
        .withTags("serve")
        .withConfigProto(config)
        .load();
  }

  /** Runs steps of the signature {@code train} and reads {@code weights}. */
  static Map<String, double[]> trainSignature(
      Fixture fixture, SavedModelBundle bundle, int from, int to) {
    String loss = signature(bundle, "train").getOutputs().get("loss").name;
    return trainSignature(fixture, bundle, loss, from, to);
  }

  /** Runs steps of another tensor or op with the signature's inputs, and reads {@code weights}. */
  static Map<String, double[]> trainSignature(
      Fixture fixture, SavedModelBundle bundle, String target, int from, int to) {
    Signature train = signature(bundle, "train");
    for (int t = from; t < to; t++) {
      List<Tensor> tensors = new ArrayList<>();
      try {
        Session.Runner runner = bundle.session().runner();
        for (Fixture.Feed feed : fixture.feeds()) {
          Tensor tensor = tensor(feed, t);
          tensors.add(tensor);
          runner.feed(train.getInputs().get(feed.name()).name, tensor);
        }
        runner.addTarget(target.replaceFirst(":\\d+$", "")).run().close();
      } finally {
        tensors.forEach(Tensor::close);
      }
    }
    Signature weights = signature(bundle, "weights");
    return fetch(
        bundle.session(), fixture, variable -> weights.getOutputs().get(variable.read()).name);
  }

  /** The signature of a name. */
  static Signature signature(SavedModelBundle bundle, String key) {
    return bundle.signatures().stream()
        .filter(signature -> signature.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, double[]> trainGraph(
      Fixture fixture, GraphDef def, ConfigProto config) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(importable(fixture, def));
      try (Session session = new Session(graph, config)) {
        session.runner().addTarget(fixture.init()).run().close();
        return train(fixture, session);
      }
    }
  }

  /** The same in a session whose variables have their values. */
  static Map<String, double[]> train(Fixture fixture, Session session) {
    for (int t = 0; t < Fixture.STEPS; t++) {
      step(session, fixture, t);
    }
    return read(session, fixture);
  }

  /** The graph without devices that this machine does not have. */
  static GraphDef importable(Fixture fixture, GraphDef def) {
    return fixture.clearDevices() ? withoutDevices(def) : def;
  }

  private static GraphDef withoutDevices(GraphDef def) {
    GraphDef.Builder builder = def.toBuilder();
    builder.getNodeBuilderList().forEach(NodeDef.Builder::clearDevice);
    return builder.build();
  }

  /** Runs step {@code t}. */
  static void step(Session session, Fixture fixture, int t) {
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Fixture.Feed feed : fixture.feeds()) {
        Tensor tensor = tensor(feed, t);
        tensors.add(tensor);
        runner.feed(feed.name(), tensor);
      }
      for (String target : fixture.targets(t)) {
        runner.addTarget(target.replaceFirst(":\\d+$", ""));
      }
      runner.run().close();
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  /** What is fed at step {@code t}; the caller closes it. */
  static Tensor tensor(Fixture.Feed feed, int t) {
    Shape shape = Shape.of(feed.shape());
    return switch (feed.dtype()) {
      case "float16" -> TFloat16.tensorOf(shape, data -> fill(data, feed, t));
      case "bfloat16" -> TBfloat16.tensorOf(shape, data -> fill(data, feed, t));
      case "float32" -> TFloat32.tensorOf(shape, data -> fill(data, feed, t));
      case "float64" ->
          TFloat64.tensorOf(
              shape,
              data -> {
                long[] i = {0};
                data.scalars().forEach(scalar -> scalar.setDouble(feed.value(i[0]++, t)));
              });
      case "int32" ->
          TInt32.tensorOf(
              shape,
              data -> {
                long[] i = {0};
                data.scalars().forEach(scalar -> scalar.setInt((int) feed.value(i[0]++, t)));
              });
      case "int64" ->
          TInt64.tensorOf(
              shape,
              data -> {
                long[] i = {0};
                data.scalars().forEach(scalar -> scalar.setLong((long) feed.value(i[0]++, t)));
              });
      case "bool" ->
          TBool.tensorOf(
              shape,
              data -> {
                long[] i = {0};
                data.scalars().forEach(scalar -> scalar.setBoolean(feed.value(i[0]++, t) != 0));
              });
      default -> throw new IllegalArgumentException(feed.dtype());
    };
  }

  private static void fill(FloatNdArray data, Fixture.Feed feed, int t) {
    long[] i = {0};
    data.scalars().forEach(scalar -> scalar.setFloat((float) feed.value(i[0]++, t)));
  }

  /** The weights, by variable. */
  static Map<String, double[]> read(Session session, Fixture fixture) {
    return fetch(session, fixture, Fixture.Weights::read);
  }

  /** All in one run: TensorFlow prepares the whole graph anew for each set of fetches. */
  private static Map<String, double[]> fetch(
      Session session, Fixture fixture, Function<Fixture.Weights, String> tensor) {
    Session.Runner runner = session.runner();
    fixture.weights().forEach(variable -> runner.fetch(tensor.apply(variable)));
    Map<String, double[]> values = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      int i = 0;
      for (Fixture.Weights variable : fixture.weights()) {
        values.put(variable.name(), values(result.get(i++)));
      }
    }
    return values;
  }

  /** The elements of a floating-point tensor, row-major. */
  static double[] values(Tensor tensor) {
    double[] values = new double[(int) tensor.shape().size()];
    int[] i = {0};
    if (tensor instanceof DoubleNdArray doubles) {
      doubles.scalars().forEach(scalar -> values[i[0]++] = scalar.getDouble());
    } else {
      ((FloatNdArray) tensor).scalars().forEach(scalar -> values[i[0]++] = scalar.getFloat());
    }
    return values;
  }
}
