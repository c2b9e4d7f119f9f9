package org.grokfast.models.algorithmic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModularArithmeticTest {

  @ParameterizedTest
  @CsvSource({"mul, 9312", "div, 9312", "add, 9409", "sub, 9409", "x2xyy2, 9409", "x3xy, 9409"})
  void hasEveryPairOnceAndLeavesOutTheZeroWhereItMust(String name, int size) {
    Equations data = NamedEquations.of(name, 97);
    assertThat(data.size()).isEqualTo(size);
    assertThat(
            IntStream.range(0, size).mapToObj(i -> data.x(i) * 97 + data.y(i)).distinct().count())
        .isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({"mul, 3", "add, 3", "sub, 5", "div, 3", "x2xyy2, 6", "x3xy, 4"})
  void computesFourAndSixModuloSeven(String name, int expected) {
    assertThat(BinaryOperation.named(name).orElseThrow().apply(4, 6, 7)).isEqualTo(expected);
  }

  @Test
  void aQuotientTimesTheDivisorIsTheDividend() {
    ModularArithmetic data = new ModularArithmetic(BinaryOperation.DIV, 13);
    for (int i = 0; i < data.size(); i++) {
      assertThat(data.answer(i) * data.y(i) % 13).isEqualTo(data.x(i));
    }
  }

  @ParameterizedTest
  @EnumSource(BinaryOperation.class)
  void everyAnswerIsANumberBelowThePrime(BinaryOperation operation) {
    ModularArithmetic data = new ModularArithmetic(operation, 11);
    assertThat(IntStream.range(0, data.size()).map(data::answer)).allMatch(r -> r >= 0 && r < 11);
  }

  @Test
  void writesTheTokensXOpYEq() {
    ModularArithmetic data = new ModularArithmetic(BinaryOperation.MUL, 97);
    int[] tokens = new int[6];
    data.write(96, tokens, 1); // the first equation with x = 1
    assertThat(tokens).containsExactly(0, 1, 98, 1, 97, 0);
    assertThat(data.tokens()).isEqualTo(99);
  }

  @ParameterizedTest
  @ValueSource(ints = {-7, 0, 1, 2, 91, 1009})
  void rejectsWhatIsNoPrimeInTheRange(int prime) {
    assertThatThrownBy(() -> new ModularArithmetic(BinaryOperation.ADD, prime))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prime must be a prime number from 3 to 997, was " + prime);
  }

  @Test
  void namesTheOperationsItKnows() {
    assertThatThrownBy(() -> NamedEquations.of("pow", 97))
        .hasMessage(
            "unknown operation 'pow'; expected one of mul, add, sub, div, x2xyy2, x3xy, s5");
  }
}
