package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.grokfast.Grokfast;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Every operation of the algebra in TensorFlow graphs against the array interpreter. */
@Tag("native")
class AlgebraInGraphTest {
  private static final int STEPS = 4;

  /** A variable {@code w} whose gradient is the vector {@code g}, reshaped. */
  static GraphDef graph(boolean resource, DataType type, int... shape) {
    long[] dims = java.util.Arrays.stream(shape).asLongStream().toArray();
    int count = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    GraphBuilder graph = new GraphBuilder();
    if (resource) {
      graph.resource("w", type, dims);
      graph.node("ReadVariableOp", "w/Read", "w").putAttr("dtype", GraphBuilder.type(type));
    } else {
      graph.variable("w", type, dims);
      graph.node("Identity", "w/Read", "w").putAttr("T", GraphBuilder.type(type));
    }
    graph.placeholder("g", type, count);
    TensorProto.Builder value = TensorProto.newBuilder().setDtype(DataType.DT_INT32);
    value.setTensorShape(
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(shape.length)));
    java.util.Arrays.stream(shape).forEach(value::addIntVal);
    graph
        .node("Const", "shape")
        .putAttr("dtype", GraphBuilder.type(DataType.DT_INT32))
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build());
    graph
        .node("Reshape", "shaped", "g", "shape")
        .putAttr("T", GraphBuilder.type(type))
        .putAttr("Tshape", GraphBuilder.type(DataType.DT_INT32));
    if (resource) {
      graph.resourceDescent("w", "shaped", type);
    } else {
      graph.descent("w", "shaped", type);
    }
    return graph.group("train", "w/apply").build();
  }

  @ParameterizedTest
  @EnumSource(AlgebraCase.class)
  void aMatrixOnAReferenceVariable(AlgebraCase expression) {
    compare(expression, Precision.FLOAT32, graph(false, DataType.DT_FLOAT, 3, 4), 3, 4);
  }

  @ParameterizedTest
  @EnumSource(AlgebraCase.class)
  void aTallMatrixInDoublePrecisionOnAResourceVariable(AlgebraCase expression) {
    compare(expression, Precision.FLOAT64, graph(true, DataType.DT_DOUBLE, 4, 3), 4, 3);
  }

  @ParameterizedTest
  @CsvSource({"SUM, 5", "SUM_AXES, 5", "SUM, 0", "NORMALIZED, 0"})
  void vectorsAndScalars(AlgebraCase expression, int size) {
    int[] shape = size == 0 ? new int[0] : new int[] {size};
    compare(expression, Precision.FLOAT32, graph(true, DataType.DT_FLOAT, shape), shape);
    compare(expression, Precision.FLOAT32, graph(false, DataType.DT_FLOAT, shape), shape);
  }

  @ParameterizedTest
  @CsvSource({"VARIABLE, FLOAT16", "DOT, FLOAT16", "MATMUL, FLOAT16", "DOT, BFLOAT16"})
  void narrowFormatsAreComputedInFloat32(AlgebraCase expression, Precision precision) {
    DataType type = precision == Precision.FLOAT16 ? DataType.DT_HALF : DataType.DT_BFLOAT16;
    compare(expression, precision, graph(false, type, 3, 4), 3, 4);
    compare(expression, precision, graph(true, type, 3, 4), 3, 4);
  }

  @ParameterizedTest
  @EnumSource(AlgebraCase.class)
  void aFunctionReadsTheVariableThroughItsArgument(AlgebraCase expression) {
    compare(expression, Precision.FLOAT32, inFunction(), 3, 4);
  }

  private static void compare(
      AlgebraCase expression, Precision precision, GraphDef graph, int... shape) {
    compare(new AlgebraFilter(expression), precision, graph, shape);
  }

  /** Trains a rewritten graph of {@link #graph} and compares every step with the oracle's. */
  static void compare(GradientFilter filter, Precision precision, GraphDef graph, int... shape) {
    GraphDef rewritten = new GraphRewriter(filter).apply(graph).graph();
    assertThat(FilterStripper.apply(rewritten).toByteArray()).isEqualTo(graph.toByteArray());
    try (GraphRun run = new GraphRun(rewritten).initialize()) {
      compare(filter, precision, run, "train", shape);
    }
  }

  /** The same for a graph that runs already. */
  static void compare(
      GradientFilter filter, Precision precision, GraphRun run, String train, int... shape) {
    DataType type =
        switch (precision) {
          case FLOAT16 -> DataType.DT_HALF;
          case BFLOAT16 -> DataType.DT_BFLOAT16;
          case FLOAT32 -> DataType.DT_FLOAT;
          case FLOAT64 -> DataType.DT_DOUBLE;
        };
    // Sums in another order and functions that are not rounded correctly; a unit in the last place
    // of the narrow formats.
    double tolerance =
        switch (precision) {
          case FLOAT16 -> 0x1p-10;
          case BFLOAT16 -> 0x1p-7;
          case FLOAT32 -> Math.max(2e-6, filter.type().rounding());
          // A filter that amplifies roundings of float32 amplifies those of float64 likewise.
          case FLOAT64 -> Math.max(1e-13, filter.type().rounding() * 0x1p-29);
        };
    ArrayFilter oracle = new ArrayFilter(filter.forVariable("w"), precision, shape);
    Random random = new Random(5);
    for (int t = 0; t < STEPS; t++) {
      double[] before = run.fetch("w/Read");
      double[] gradient = new double[before.length];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = Math.rint(random.nextGaussian() * 16) / 16;
      }
      double[] expected = oracle.step(gradient, before);
      run.step(train, "shaped", "g", type, gradient);
      double[] after = run.fetch("w/Read");
      double scale = 1;
      for (int i = 0; i < expected.length; i++) {
        scale = Math.max(scale, Math.abs(expected[i]) + 8 * Math.abs(before[i]));
      }
      for (int i = 0; i < expected.length; i++) {
        // The rate is an eighth.
        assertThat(8 * (before[i] - after[i]))
            .as("step %s, element %s", t, i)
            .isCloseTo(expected[i], within(8 * tolerance * scale));
      }
    }
  }

  @Test
  void aWrappedGraphReadsTheVariableToo() {
    AlgebraFilter filter = new AlgebraFilter(AlgebraCase.DOT);
    for (GraphDef def : List.of(graph(true, DataType.DT_FLOAT, 3, 4), inFunction())) {
      try (GraphRun run = new GraphRun(def)) {
        var wrapped = Grokfast.wrap(run.graph(), run.graph().operation("train"), filter);
        run.initialize();
        compare(filter, Precision.FLOAT32, run, wrapped.trainOp().name(), 3, 4);
      }
    }
  }

  @Test
  void twoUpdatesInOneStepEachReadWhatTheOneBeforeLeft() {
    // g and then −g/2 + θ: the second must see what the first has written.
    GraphDef.Builder graph = graph(true, DataType.DT_FLOAT, 2).toBuilder();
    graph.addNode(
        NodeDef.newBuilder()
            .setName("later")
            .setOp("Identity")
            .addInput("shaped")
            .addInput("^w/apply")
            .putAttr("T", GraphBuilder.type(DataType.DT_FLOAT)));
    graph.addNode(
        NodeDef.newBuilder()
            .setName("second")
            .setOp("ResourceApplyGradientDescent")
            .addInput("w")
            .addInput("w/rate")
            .addInput("later")
            .putAttr("T", GraphBuilder.type(DataType.DT_FLOAT)));
    graph.addNode(NodeDef.newBuilder().setName("both").setOp("NoOp").addInput("^second"));
    AlgebraFilter filter = new AlgebraFilter(AlgebraCase.ADD);
    GraphDef rewritten = new GraphRewriter(filter).apply(graph.build()).graph();
    for (int i = 0; i < 20; i++) {
      try (GraphRun run = new GraphRun(rewritten).initialize()) {
        run.step("both", "shaped", "g", DataType.DT_FLOAT, 8, -16);
        // w₁ = −g/8 = (−1, 2); w₂ = w₁ − (g + w₁)/8.
        assertThat(run.fetch("w/Read")).containsExactly(-1 - 7 / 8.0, 2 + 14 / 8.0);
      }
    }
  }

  /** The update in a function. */
  static GraphDef inFunction() {
    GraphDef.Builder graph = GraphDef.newBuilder();
    for (NodeDef node : graph(true, DataType.DT_FLOAT, 3, 4).getNodeList()) {
      if (!List.of("w/apply", "w/rate", "train", "Init").contains(node.getName())) {
        graph.addNode(node);
      }
    }
    graph.addNode(call("train", "update", "w", "shaped"));
    graph.addNode(NodeDef.newBuilder().setName("Init").setOp("NoOp").addInput("^w/Assign"));
    FunctionDef.Builder update = function("update");
    update.getSignatureBuilder().addInputArgBuilder().setName("v").setType(DataType.DT_RESOURCE);
    update.getSignatureBuilder().addInputArgBuilder().setName("d").setType(DataType.DT_FLOAT);
    update.addNodeDef(constant("rate"));
    update.addNodeDef(
        NodeDef.newBuilder()
            .setName("apply")
            .setOp("ResourceApplyGradientDescent")
            .addInput("v")
            .addInput("rate:output:0")
            .addInput("d")
            .putAttr("T", GraphBuilder.type(DataType.DT_FLOAT)));
    update.getSignatureBuilder().addOutputArgBuilder().setName("r").setType(DataType.DT_FLOAT);
    update.putRet("r", "rate:output:0");
    update.putControlRet("apply", "apply");
    update.getSignatureBuilder().addControlOutput("apply");
    graph.getLibraryBuilder().addFunction(update);
    return graph.build();
  }

  private static FunctionDef.Builder function(String name) {
    return FunctionDef.newBuilder()
        .setSignature(OpDef.newBuilder().setName(name).setIsStateful(true));
  }

  private static NodeDef constant(String name) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", GraphBuilder.type(DataType.DT_FLOAT))
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(
                    TensorProto.newBuilder()
                        .setDtype(DataType.DT_FLOAT)
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addFloatVal(0.125f))
                .build())
        .build();
  }

  private static NodeDef call(String name, String function, String... inputs) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("StatefulPartitionedCall")
        .addAllInput(List.of(inputs))
        .putAttr("Tin", GraphBuilder.types(DataType.DT_RESOURCE, DataType.DT_FLOAT))
        .putAttr("Tout", GraphBuilder.types(DataType.DT_FLOAT))
        .putAttr(
            "f",
            AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build())
        .build();
  }
}
