package org.grokfast.tools.verify.tensorflow.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingRunsTest {
  private final Map<String, List<String>> nodes = new LinkedHashMap<>();

  @Test
  void aNodeBehindOneUpdateAloneDoesNotMakeItASecondRun() {
    nodes.put("embedding", List.of("train", "summary", "embedding/read"));
    nodes.put("w", List.of("train", "summary"));
    assertThat(TrainingRuns.of(nodes))
        .isEqualTo(Map.of(List.of("train", "summary"), List.of("embedding", "w")));
  }

  @Test
  void optimizersThatRunApartAreRunApart() {
    nodes.put("generator", List.of("train_g"));
    nodes.put("critic", List.of("train_d"));
    nodes.put("critic/bias", List.of("train_d"));
    assertThat(TrainingRuns.of(nodes))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                List.of("train_d"),
                List.of("critic", "critic/bias"),
                List.of("train_g"),
                List.of("generator")));
  }
}
