package org.grokfast.tensorflow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How inputs are spelled. */
class TensorNameTest {
  @ParameterizedTest(name = "{1} like {0} is {2}")
  @CsvSource({
    "g, filtered, filtered",
    "g:0, filtered, filtered:0",
    "filtered, g:0, g",
    "filtered:0, g, g:0",
    "filtered:0, g:0, g:0",
    "g:1, filtered, filtered",
    "filtered, g:1, g:1",
    "argument, filtered:output:0, filtered:output:0",
    "filtered:output:0, argument, argument",
    "filtered:output:0, argument:0, argument:0"
  })
  void anIndexOf0IsWrittenWhereItWasWritten(String input, String tensor, String spelled) {
    assertThat(TensorName.spelledLike(input, tensor)).isEqualTo(spelled);
  }
}
