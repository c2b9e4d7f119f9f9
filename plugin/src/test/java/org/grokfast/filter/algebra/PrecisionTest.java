package org.grokfast.filter.algebra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounding against a table of all values of the format, decoded bit by bit. */
class PrecisionTest {
  private static final int CODES = 0x8000;

  /** The value of a code without its sign; the code after the largest finite one is infinity. */
  private static double decode(Precision format, int code) {
    int fractionBits = format == Precision.FLOAT16 ? 10 : 7;
    int exponent = code >> fractionBits;
    int fraction = code & ((1 << fractionBits) - 1);
    int bias = format == Precision.FLOAT16 ? 15 : 127;
    return exponent == 0
        ? fraction * Math.pow(2, 1 - bias - fractionBits)
        : (fraction + (1 << fractionBits)) * Math.pow(2, exponent - bias - fractionBits);
  }

  private static double[] finite(Precision format) {
    int infinity = format == Precision.FLOAT16 ? 0x7C00 : 0x7F80;
    return IntStream.range(0, infinity).mapToDouble(code -> decode(format, code)).toArray();
  }

  /** The nearest value of the table; of two as near, the one with the even code. */
  private static double nearest(double[] table, double value) {
    double size = Math.abs(value);
    int at = Arrays.binarySearch(table, size);
    if (at >= 0) {
      return value;
    }
    int above = -at - 1;
    // Beyond the largest value, infinity stands where the next value would.
    double next = above < table.length ? table[above] : 2 * table[above - 1] - table[above - 2];
    double down = size - table[above - 1];
    double up = next - size;
    boolean goDown = down < up || (down == up && (above - 1) % 2 == 0);
    double chosen =
        goDown ? table[above - 1] : above < table.length ? next : Double.POSITIVE_INFINITY;
    return Math.copySign(chosen, value);
  }

  private static DoubleStream samples(double[] table) {
    Random random = new Random(7);
    DoubleStream scattered =
        random
            .doubles(50_000)
            .map(u -> (u < 0.5 ? -1 : 1) * Math.exp(200 * (random.nextDouble() - 0.5)));
    DoubleStream middles =
        IntStream.range(1, table.length).mapToDouble(i -> (table[i - 1] + table[i]) / 2);
    DoubleStream besides =
        IntStream.range(1, table.length)
            .mapToDouble(i -> Math.nextUp((table[i - 1] + table[i]) / 2));
    double tiny = table[1];
    DoubleStream subnormal = random.doubles(10_000).map(u -> u * 40 * tiny);
    double max = table[table.length - 1];
    DoubleStream large = random.doubles(10_000).map(u -> -max * (0.99 + 0.02 * u));
    double half = max + (max - table[table.length - 2]) / 2;
    DoubleStream edges =
        DoubleStream.of(
            half, Math.nextDown(half), -half, 1e308, 1e-308, tiny / 2, Math.nextUp(tiny / 2));
    return Stream.of(scattered, middles, besides, subnormal, large, edges)
        .flatMapToDouble(part -> part);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void roundsToTheNearestValueTiesToEven(Precision format) {
    double[] table = finite(format);
    assertThat(table.length).isLessThan(CODES);
    samples(table)
        .forEach(
            value ->
                assertThat(format.round(value))
                    .as("%s of %s", format, Double.toHexString(value))
                    .isEqualTo(nearest(table, value)));
  }

  @ParameterizedTest
  @EnumSource
  void keepsZerosInfinitiesAndNaN(Precision format) {
    for (double value :
        new double[] {0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN}) {
      assertThat(Double.doubleToRawLongBits(format.round(value)))
          .isEqualTo(Double.doubleToRawLongBits(value));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isIdempotent(Precision format) {
    new Random(3)
        .doubles(10_000, -1e4, 1e4)
        .map(format::round)
        .forEach(value -> assertThat(format.round(value)).isEqualTo(value));
  }

  @ParameterizedTest
  @EnumSource(names = "FLOAT32")
  void arithmeticInDoubleRoundedOnceIsFloatArithmetic(Precision format) {
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      float a = Float.intBitsToFloat(random.nextInt());
      float b = Float.intBitsToFloat(random.nextInt());
      assertThat((float) format.round((double) a + b)).isEqualTo(Float.valueOf(a + b));
      assertThat((float) format.round((double) a * b)).isEqualTo(Float.valueOf(a * b));
      assertThat((float) format.round((double) a / b)).isEqualTo(Float.valueOf(a / b));
    }
  }

  @ParameterizedTest
  @EnumSource
  void float32IsTheNarrowestFormatOfComputation(Precision format) {
    assertThat(format.computation())
        .isEqualTo(format == Precision.FLOAT64 ? Precision.FLOAT64 : Precision.FLOAT32);
    assertThat(Precision.FLOAT16.widest(Precision.BFLOAT16)).isEqualTo(Precision.FLOAT32);
    assertThat(Precision.BFLOAT16.widest(Precision.FLOAT16)).isEqualTo(Precision.FLOAT32);
    assertThat(format.widest(Precision.FLOAT64)).isEqualTo(Precision.FLOAT64);
  }
}
