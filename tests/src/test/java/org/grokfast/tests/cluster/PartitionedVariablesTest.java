package org.grokfast.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tests.cluster.RemoteSession.Value;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A variable that is cut into parts, as by a partitioner of TensorFlow 1: its saver writes the
 * parts as slices of one tensor, which a graph with other parts reads. So it is with state.
 */
@Tag("native")
class PartitionedVariablesTest {
  private static final int ROWS = 10;
  private static final int COLUMNS = 3;

  @TempDir Path folder;

  static Stream<Arguments> forms() {
    return Stream.of(true, false)
        .flatMap(
            resource ->
                Stream.of(Ema.of(0.9, 2), MovingAverage.of(3, 2))
                    .map(filter -> Arguments.of(resource, filter)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aCheckpointIsRestoredIntoOtherParts(boolean resource, GradientFilter filter) {
    List<Float> expected;
    try (RemoteSession session = session(resource, filter, 5, 5)) {
      session.run("init");
      train(session, 0, 4);
      session.run("save");
      train(session, 4, 7);
      expected = weights(session, 2);
    }
    for (int[] parts : new int[][] {{5, 5}, {4, 3, 3}, {10}, {1, 9}}) {
      try (RemoteSession session = session(resource, filter, parts)) {
        session.run("restore");
        train(session, 4, 7);
        assertThat(weights(session, parts.length))
            .as("parts of %s rows", Arrays.toString(parts))
            .isEqualTo(expected);
      }
    }
  }

  private RemoteSession session(boolean resource, GradientFilter filter, int... parts) {
    GraphDef before = graph(resource, parts);
    GraphDef after = new GraphRewriter(filter).apply(before).graph();
    assertThat(FilterStripper.apply(after)).isEqualTo(before);
    return new RemoteSession("", after, ConfigProto.getDefaultInstance());
  }

  private static void train(RemoteSession session, int from, int to) {
    for (int step = from; step < to; step++) {
      Value gradient = Value.matrix(ROWS, Waves.of(ROWS * COLUMNS, 0.3 + 1.1 * step));
      session.run(RunOptions.getDefaultInstance(), Map.of("g", gradient), List.of(), "train");
    }
  }

  private static List<Float> weights(RemoteSession session, int parts) {
    List<Float> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      for (float value : session.fetch("table/part_" + part + "/read")) {
        all.add(value);
      }
    }
    return all;
  }

  private GraphDef graph(boolean resource, int... parts) {
    Nodes nodes = new Nodes();
    nodes.raw("Placeholder", "g").putAttr("dtype", Nodes.floats());
    nodes.constant("rate", new long[0], 0.1f);
    nodes.constant("momentum", new long[0], 0.9f);
    List<String> updates = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> slices = new ArrayList<>();
    int row = 0;
    for (int part = 0; part < parts.length; part++) {
      String variable = "table/part_" + part;
      long[] shape = {parts[part], COLUMNS};
      for (String name : List.of(variable, variable + "/Momentum")) {
        nodes.variable(resource, name, shape, new float[parts[part] * COLUMNS]);
        variables.add(name);
        names.add(name.equals(variable) ? "table" : "table/Momentum");
        slices.add(ROWS + " " + COLUMNS + " " + row + "," + parts[part] + ":0," + COLUMNS);
      }
      nodes.integers(variable + "/begin", row, 0);
      nodes.integers(variable + "/size", parts[part], COLUMNS);
      nodes
          .raw("Slice", variable + "/gradient", "g", variable + "/begin", variable + "/size")
          .putAttr("T", Nodes.floats())
          .putAttr("Index", AttrValue.newBuilder().setType(DataType.DT_INT32).build());
      updates.add(
          nodes.node(
              resource ? "ResourceApplyMomentum" : "ApplyMomentum",
              variable + "/apply",
              variable,
              variable + "/Momentum",
              "rate",
              variable + "/gradient",
              "momentum"));
      row += parts[part];
    }
    nodes.group("train", updates.toArray(String[]::new));
    saver(nodes, resource, variables, names, slices);
    return nodes.build();
  }

  private void saver(
      Nodes nodes,
      boolean resource,
      List<String> variables,
      List<String> names,
      List<String> slices) {
    strings(nodes, "save/file", true, List.of(folder.resolve("checkpoint").toString()));
    strings(nodes, "save/names", false, names);
    strings(nodes, "save/slices", false, slices);
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    List<String> inputs = new ArrayList<>(List.of("save/file", "save/names", "save/slices"));
    for (String variable : variables) {
      types.addType(DataType.DT_FLOAT);
      inputs.add(variable + "/read");
    }
    AttrValue all = AttrValue.newBuilder().setList(types).build();
    nodes.raw("SaveV2", "save/SaveV2", inputs.toArray(String[]::new)).putAttr("dtypes", all);
    nodes.group("save", "save/SaveV2");
    nodes
        .raw("RestoreV2", "save/RestoreV2", "save/file", "save/names", "save/slices")
        .putAttr("dtypes", all);
    List<String> restored = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      String assign = "save/Assign_" + i;
      nodes
          .raw(
              resource ? "AssignVariableOp" : "Assign",
              assign,
              variables.get(i),
              "save/RestoreV2:" + i)
          .putAttr(resource ? "dtype" : "T", Nodes.floats());
      restored.add(assign);
    }
    nodes.group("restore", restored.toArray(String[]::new));
  }

  private static void strings(Nodes nodes, String name, boolean scalar, List<String> values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_STRING);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (!scalar) {
      shape.addDimBuilder().setSize(values.size());
    }
    values.forEach(value -> tensor.addStringVal(ByteString.copyFromUtf8(value)));
    nodes
        .raw("Const", name)
        .putAttr("dtype", AttrValue.newBuilder().setType(DataType.DT_STRING).build())
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor.setTensorShape(shape)).build());
  }
}
