package org.grokfast.tools;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Graph files: those that TensorFlow has written in Python, and small ones with one trait each. */
final class Fixtures {
  private static final Path WRITTEN =
      Path.of(System.getProperty("grokfast.root"), "plugin/src/test/resources/files");

  private Fixtures() {}

  /** A file or folder that Python's TensorFlow has written. */
  static Path written(String name) {
    return WRITTEN.resolve(name);
  }

  /** A graph of the interop tests, which Python's TensorFlow has written too. */
  static Path interop(String name) {
    return Path.of(System.getProperty("grokfast.root"), "tests/src/test/resources/interop", name);
  }

  /** Every graph file, by name; the small ones are put into the folder. */
  static Map<String, Path> all(Path folder) {
    Map<String, Path> files = trainable(folder);
    files.put("while.pb", written("while.pb"));
    files.put("saved_model", written("saved_model"));
    files.put("integer.pb", write(folder, "integer.pb", sgd("DT_INT32")));
    files.put("reader.pb", write(folder, "reader.pb", reader()));
    return files;
  }

  /** The graph files that can be rewritten. */
  static Map<String, Path> trainable(Path folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String name : new String[] {"adam.pb", "adam.pbtxt", "adam.meta", "sgd.meta.pbtxt"}) {
      files.put(name, written(name));
    }
    files.put("sgd.pb", write(folder, "sgd.pb", sgd("DT_FLOAT")));
    files.put("half.pb", write(folder, "half.pb", momentum("DT_HALF")));
    files.put("double.pb", write(folder, "double.pb", sgd("DT_DOUBLE")));
    files.put("bfloat16.pb", write(folder, "bfloat16.pb", momentum("DT_BFLOAT16")));
    files.put("race.pb", write(folder, "race.pb", race()));
    files.put("device.pb", write(folder, "device.pb", device()));
    files.put("embedding.pb", write(folder, "embedding.pb", embedding()));
    files.put("init.pb", write(folder, "init.pb", initNamed()));
    return files;
  }

  static Path write(Path folder, String name, GraphDef graph) {
    try {
      return Files.write(folder.resolve(name), graph.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adam as TensorFlow Java's framework builds it: nothing orders the powers. */
  static GraphDef race() {
    return graph(
        variable("w", "DT_FLOAT", 2),
        variable("m", "DT_FLOAT", 2),
        variable("v", "DT_FLOAT", 2),
        variable("beta1_power", "DT_FLOAT"),
        variable("beta2_power", "DT_FLOAT"),
        constant("rate"),
        constant("beta1"),
        constant("beta2"),
        constant("epsilon"),
        node("assign1", "Assign", "T:DT_FLOAT", "beta1_power", "beta1"),
        node("assign2", "Assign", "T:DT_FLOAT", "beta2_power", "beta2"),
        node("g", "Placeholder", "dtype:DT_FLOAT"),
        node(
            "apply",
            "ApplyAdam",
            "T:DT_FLOAT",
            "w",
            "m",
            "v",
            "beta1_power",
            "beta2_power",
            "rate",
            "beta1",
            "beta2",
            "epsilon",
            "g"),
        node("mul1", "Mul", "T:DT_FLOAT", "beta1_power", "beta1"),
        node("mul2", "Mul", "T:DT_FLOAT", "beta2_power", "beta2"),
        node("next1", "Assign", "T:DT_FLOAT", "beta1_power", "mul1"),
        node("next2", "Assign", "T:DT_FLOAT", "beta2_power", "mul2"),
        node("train", "NoOp", "", "^apply", "^next1", "^next2"),
        node("Init", "NoOp", "", "^assign1", "^assign2"));
  }

  static GraphDef sgd(String type) {
    return graph(
        variable("w", type, 2),
        variable("b", type, 3),
        node("rate", "Const", "dtype:" + type),
        node("g", "Placeholder", "dtype:" + type),
        node("h", "Placeholder", "dtype:" + type),
        node("apply", "ApplyGradientDescent", "T:" + type, "w", "rate", "g"),
        node("apply_b", "ApplyGradientDescent", "T:" + type, "b", "rate", "h"),
        node("train", "NoOp", "", "^apply", "^apply_b"));
  }

  static GraphDef momentum(String type) {
    return graph(
        variable("w", type, 2),
        variable("w_momentum", type, 2),
        node("rate", "Const", "dtype:" + type),
        node("g", "Placeholder", "dtype:" + type),
        node("apply", "ApplyMomentum", "T:" + type, "w", "w_momentum", "rate", "g", "rate"),
        node("train", "NoOp", "", "^apply"));
  }

  private static GraphDef device() {
    GraphDef.Builder graph = sgd("DT_FLOAT").toBuilder();
    graph.getNodeBuilderList().forEach(node -> node.setDevice("/job:worker/task:1/device:GPU:0"));
    return graph.build();
  }

  private static GraphDef initNamed() {
    return sgd("DT_FLOAT").toBuilder()
        .mergeFrom(graph(node("InitialImage", "Placeholder", "dtype:DT_FLOAT")))
        .build();
  }

  private static GraphDef embedding() {
    return graph(
        variable("table", "DT_FLOAT", 9, 2),
        constant("rate"),
        node("g", "Placeholder", "dtype:DT_FLOAT"),
        node("rows", "Placeholder", "dtype:DT_INT64"),
        node(
            "update",
            "ResourceSparseApplyKerasMomentum",
            "T:DT_FLOAT",
            "table",
            "table",
            "rate",
            "g",
            "rows",
            "rate"));
  }

  private static GraphDef reader() {
    return graph(
        node("name", "Const", "dtype:DT_STRING"),
        node("file", "ReadFile", "", "name"),
        node("values", "RestoreV2", "", "name", "name", "name"));
  }

  private static GraphDef graph(String... nodes) {
    try {
      return TextFormat.parse(
          String.join("\n", nodes) + " versions { producer: 1395 }", GraphDef.class);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String variable(String name, String type, int... shape) {
    StringBuilder dims = new StringBuilder();
    for (int size : shape) {
      dims.append("dim { size: ").append(size).append(" } ");
    }
    return "node { name: \""
        + name
        + "\" op: \"VariableV2\" attr { key: \"dtype\" value { type: "
        + type
        + " } } attr { key: \"shape\" value { shape { "
        + dims
        + "} } } }";
  }

  private static String constant(String name) {
    return node(name, "Const", "dtype:DT_FLOAT");
  }

  /** A node; the attribute is {@code name:TYPE} or nothing. */
  private static String node(String name, String op, String attribute, String... inputs) {
    StringBuilder text = new StringBuilder("node { name: \"" + name + "\" op: \"" + op + "\" ");
    for (String input : inputs) {
      text.append("input: \"").append(input).append("\" ");
    }
    int colon = attribute.indexOf(':');
    if (colon > 0) {
      text.append("attr { key: \"" + attribute.substring(0, colon) + "\" value { type: ")
          .append(attribute.substring(colon + 1))
          .append(" } } ");
    }
    return text + "}";
  }

  /** A training graph with so many more variables, none of them trained. */
  static GraphDef big(int more) {
    GraphDef.Builder graph = sgd("DT_FLOAT").toBuilder();
    NodeDef variable = graph.getNode(0);
    for (int i = 0; i < more; i++) {
      graph.addNode(variable.toBuilder().setName("layer_" + i + "/a_variable_that_is_not_trained"));
    }
    return graph.build();
  }
}
