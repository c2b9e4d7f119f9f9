package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointVerbTest {
  private static JsonNode json(String name) {
    Cli.Run run = Cli.run("checkpoint", "--json", "--check", Fixtures.written(name));
    assertThat(run.code()).as(run.err()).isZero();
    return Schemas.parse("checkpoint", run.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint/model",
        "checkpoint/model.index",
        "checkpoint/partitioned",
        "saved_model",
        "saved_model/variables"
      })
  void everyWayToNameACheckpointWorks(String name) {
    assertThat(json(name).get("variables")).isNotEmpty();
    Cli.Run text = Cli.run("checkpoint", Fixtures.written(name));
    assertThat(text.lines().stream().skip(1))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void variablesHaveTypeShapeAndBytes() {
    JsonNode kernel = json("checkpoint/model").get("variables").get(2);
    assertThat(kernel.get("name").asText()).isEqualTo("w");
    assertThat(kernel.get("dtype").asText()).isEqualTo("float32");
    assertThat(kernel.get("shape").toString()).isEqualTo("[2,1]");
    assertThat(kernel.get("bytes").asLong()).isEqualTo(8);
    assertThat(kernel.get("filterState").asBoolean()).isFalse();
  }

  @Test
  void whatIsNoCheckpointIsRefused() {
    Cli.Run run = Cli.run("checkpoint", Fixtures.written("adam.pb"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("not the index of a checkpoint");
    assertThat(Cli.run("checkpoint", Path.of("none")).code()).isEqualTo(1);
    assertThat(Cli.run("checkpoint", "none", "--max-bytes", 0).code()).isEqualTo(2);
  }
}
