package org.grokfast.tests;

import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/**
 * Every filter in every form of TensorFlow graph against the array interpreter, and stripped again.
 * Weights are zeros at first.
 */
@Tag("native")
class EveryFilterInGraphTest {

  static Stream<GradientFilter> variants() {
    return Stream.concat(EveryFilter.variants(), EveryFilter.chains());
  }

  static Stream<GradientFilter> kinds() {
    return Stream.concat(EveryFilter.kinds(), EveryFilter.chains());
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aWideMatrixOnAReferenceVariable(GradientFilter filter) {
    GraphDef graph = AlgebraInGraphTest.graph(false, DataType.DT_FLOAT, 3, 4);
    AlgebraInGraphTest.compare(filter, Precision.FLOAT32, graph, 3, 4);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aTallMatrixInDoublePrecisionOnAResourceVariable(GradientFilter filter) {
    GraphDef graph = AlgebraInGraphTest.graph(true, DataType.DT_DOUBLE, 4, 3);
    AlgebraInGraphTest.compare(filter, Precision.FLOAT64, graph, 4, 3);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anUpdateInAFunction(GradientFilter filter) {
    AlgebraInGraphTest.compare(filter, Precision.FLOAT32, AlgebraInGraphTest.inFunction(), 3, 4);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aVectorIfTheFilterTakesIt(GradientFilter filter) {
    if (filter.takes(List.of(5L))) {
      GraphDef graph = AlgebraInGraphTest.graph(false, DataType.DT_FLOAT, 5);
      AlgebraInGraphTest.compare(filter, Precision.FLOAT32, graph, 5);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aWrappedGraph(GradientFilter filter) {
    for (boolean resource : List.of(true, false)) {
      GraphDef graph = AlgebraInGraphTest.graph(resource, DataType.DT_FLOAT, 3, 4);
      try (GraphRun run = new GraphRun(graph)) {
        var wrapped = Grokfast.wrap(run.graph(), run.graph().operation("train"), filter);
        run.initialize();
        AlgebraInGraphTest.compare(filter, Precision.FLOAT32, run, wrapped.trainOp().name(), 3, 4);
      }
    }
  }
}
