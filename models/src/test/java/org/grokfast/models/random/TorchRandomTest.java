package org.grokfast.models.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TorchRandomTest {

  /** Seeds below 0 and from 2³¹ on are among them, and every way in which normals are drawn. */
  static Stream<JsonNode> draws() {
    return TorchGolden.read("draws.json");
  }

  @ParameterizedTest
  @MethodSource("draws")
  void aSequenceOfDrawsIsThatOfPyTorch(JsonNode draws) {
    TorchRandom random = new TorchRandom(draws.get("seed").longValue());
    assertThat(random.uniform(5, 0.3)).isEqualTo(TorchGolden.floats(draws.get("uniform")));
    for (JsonNode expected : draws.get("normals")) {
      // PyTorch's vectorised logarithm and cosine differ from Java's in the last bits.
      assertThat(random.normal(expected.size()))
          .containsExactly(TorchGolden.floats(expected), within(1e-6f));
    }
    for (JsonNode expected : draws.get("permutations")) {
      assertThat(random.permutation(expected.size())).isEqualTo(TorchGolden.ints(expected));
    }
    for (float expected : TorchGolden.floats(draws.get("after"))) {
      // From [−1/2, 1/2) to [0, 1): both roundings are exact.
      assertThat(random.uniform(1, 0.5)[0] + 0.5f).isEqualTo(expected);
    }
  }

  @Test
  void aPermutationHoldsEveryNumberOnce() {
    assertThat(IntStream.of(new TorchRandom(3).permutation(100)).sorted().toArray())
        .isEqualTo(IntStream.range(0, 100).toArray());
  }
}
