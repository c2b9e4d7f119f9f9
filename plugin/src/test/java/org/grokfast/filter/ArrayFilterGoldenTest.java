package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The array interpreter against the reference implementation's own output. */
class ArrayFilterGoldenTest {

  @ParameterizedTest
  @MethodSource("org.grokfast.filter.Golden#configurations")
  void agreesWithTheReference(String name, GradientFilter filter, double tolerance) {
    double[][] gradients = Golden.rows("raw_gradients");
    ArrayFilter run = new ArrayFilter(filter, Precision.FLOAT32, 8);
    double[][] filtered = Stream.of(gradients).map(run::step).toArray(double[][]::new);

    double difference = Golden.maxDifference(filtered, Golden.rows("filtered_" + name));

    assertThat(difference).isLessThanOrEqualTo(tolerance);
  }
}
