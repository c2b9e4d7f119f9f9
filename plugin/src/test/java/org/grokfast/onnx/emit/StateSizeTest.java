package org.grokfast.onnx.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.grokfast.rewrite.GraphRewriteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateSizeTest {
  @Test
  void isTheProductOfTheDimensionsAndTheWidth() {
    assertThat(StateSize.bytes("m", List.of(3L, 5L), 4, "model")).isEqualTo(60);
    assertThat(StateSize.bytes("m", List.of(), 8, "model")).isEqualTo(8);
    assertThat(StateSize.bytes("m", List.of(1L << 40, 0L, 1L << 40), 4, "model")).isZero();
  }

  /** With a second dimension of 2³⁴ and more the product passes 2⁶⁴ and is small again. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 31, 1L << 34, 1L << 40, Long.MAX_VALUE})
  void refusesWhatFitsNoArray(long dimension) {
    assertThatThrownBy(() -> StateSize.bytes("m", List.of(1L << 28, dimension), 4, "model"))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "state 'm' of shape [268435456, "
                + dimension
                + "] does not fit a model of 2 GiB; exclude the parameter");
  }
}
