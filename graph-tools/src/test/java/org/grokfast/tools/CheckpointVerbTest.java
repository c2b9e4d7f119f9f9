package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
  void aFolderWithOneCheckpointStandsForIt(@TempDir Path folder) throws IOException {
    Cli.Run none = Cli.run("checkpoint", folder);
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains(": no checkpoint is in this folder. Give the prefix of one.");
    Path index = Fixtures.written("checkpoint/model.index");
    Files.copy(index, folder.resolve("step-1.index"));
    Cli.Run one = Cli.run("checkpoint", folder);
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.out()).startsWith(folder.resolve("step-1").toString());
    Files.copy(index, folder.resolve("step-2.index"));
    Files.setLastModifiedTime(folder.resolve("step-2.index"), FileTime.fromMillis(0));
    assertThat(Cli.run("checkpoint", folder).err())
        .contains("there are 2 checkpoints in this folder. Give one of them, such as")
        .contains("step-1.index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "checkpoint"})
  void anotherRuntimesCheckpointIsNamedWithTheCommandForIt(String name) {
    Path folder =
        Path.of(System.getProperty("grokfast.root"), "tests/src/test/resources/onnx/artifacts/sgd");
    Cli.Run run = Cli.run("checkpoint", folder.resolve(name));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("ONNX Runtime training wrote this checkpoint")
        .contains("grokfast inspect " + folder);
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
