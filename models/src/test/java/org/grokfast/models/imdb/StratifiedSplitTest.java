package org.grokfast.models.imdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.grokfast.models.random.TorchGolden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StratifiedSplitTest {
  static Stream<JsonNode> splits() throws IOException {
    try (InputStream in = StratifiedSplitTest.class.getResourceAsStream("/imdb/splits.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("splits")
  void theSplitIsScikitLearns(JsonNode expected) {
    boolean[] positive =
        labels(expected.get("size").intValue(), expected.get("positive_every").intValue());
    StratifiedSplit split = new StratifiedSplit(positive, expected.get("seed").longValue());
    assertThat(split.training()).containsExactly(TorchGolden.ints(expected.get("training")));
    assertThat(split.validation()).containsExactly(TorchGolden.ints(expected.get("validation")));
  }

  @ParameterizedTest
  @CsvSource({"4, 2, 2 positive and 2", "8, 8, 1 positive and 7", "9, 1, 9 positive and 0"})
  void aSplitThatLeavesAPartWithoutAClassIsRefused(int size, int every, String counts) {
    assertThatThrownBy(() -> new StratifiedSplit(labels(size, every), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the split would be empty on one side: there are "
                + counts
                + " negative reviews; expected at least 2 of each and 5 in all");
  }

  private static boolean[] labels(int size, int every) {
    boolean[] positive = new boolean[size];
    IntStream.range(0, size).forEach(i -> positive[i] = i % every == 0);
    return positive;
  }
}
