package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectVerbTest {
  @TempDir Path folder;

  private JsonNode json(String fixture) {
    Cli.Run run = Cli.run("inspect", "--json", Fixtures.all(folder).get(fixture));
    assertThat(run.code()).as(run.err()).isZero();
    return Schemas.parse("inspect", run.out());
  }

  @Test
  void everyFixtureGivesJsonThatFitsTheSchema() {
    Map<String, Path> all = Fixtures.all(folder);
    assertThat(all).hasSizeGreaterThanOrEqualTo(10);
    all.keySet().forEach(name -> assertThat(json(name).get("version").asInt()).isEqualTo(1));
  }

  @Test
  void everyFixtureGivesTextOfAtMost80Columns() throws IOException {
    for (Path file : Fixtures.all(folder).values()) {
      // From standard input, as the file's own name is not ours to shorten.
      byte[] bytes =
          Files.isDirectory(file)
              ? Files.readAllBytes(file.resolve("saved_model.pb"))
              : Files.readAllBytes(file);
      Cli.Run run = Cli.feed(bytes, "inspect", "-");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
  }

  @Test
  void sitesNameGradientVariableEvidenceAndPlacement() {
    JsonNode site = json("device.pb").get("sites").get(0);
    assertThat(site.get("variable").asText()).isEqualTo("w");
    assertThat(site.get("gradient").asText()).isEqualTo("g");
    assertThat(site.get("evidence").asText()).contains("ApplyGradientDescent 'apply'");
    assertThat(site.get("optimizer").asText()).isEqualTo("GradientDescent");
    assertThat(site.get("device").asText()).isEqualTo("/job:worker/task:1/device:GPU:0");
  }

  @Test
  void variablesHaveTypeAndShape() {
    JsonNode variable = json("adam.pb").get("variables").get(0);
    assertThat(variable.get("name").asText()).isEqualTo("w");
    assertThat(variable.get("dtype").asText()).isEqualTo("float32");
    assertThat(variable.get("shape").toString()).isEqualTo("[2,1]");
  }

  @Test
  void aNearMissHasTheRulesReason() {
    JsonNode graph = json("integer.pb");
    assertThat(graph.get("sites")).isEmpty();
    assertThat(graph.get("misses").get(0).get("node").asText()).isEqualTo("apply");
    assertThat(graph.get("misses").get(0).get("reason").asText()).isNotEmpty();
    assertThat(graph.get("rewriteCommand").isNull()).isTrue();
  }

  @Test
  void unorderedPowersAreAHazardAndOrderedOnesAreNot() {
    JsonNode race = json("race.pb");
    assertThat(race.get("hazards").findValuesAsText("kind"))
        .containsExactly("unordered-beta-power", "unordered-beta-power");
    assertThat(race.get("hazards").findValuesAsText("node")).containsExactly("next1", "next2");
    assertThat(race.get("rewriteCommand").asText()).contains("--fix-adam-order");
    assertThat(json("adam.pb").get("hazards")).isEmpty();
  }

  @Test
  void aNodeNamedLikeAnInitializerIsAHazardAndTheInitializerIsNot() {
    assertThat(json("init.pb").get("hazards").findValuesAsText("node"))
        .containsExactly("InitialImage");
    assertThat(json("race.pb").get("hazards").findValuesAsText("kind")).doesNotContain("init-name");
  }

  @Test
  void opsThatReadNamedFilesAreAHazardAndSaversAreNot() {
    assertThat(json("reader.pb").get("hazards").findValuesAsText("node"))
        .containsExactly("file", "values");
    assertThat(json("adam.meta").get("hazards")).isEmpty();
  }

  @Test
  void stateInHalfPrecisionIsAHazard() {
    JsonNode hazard = json("half.pb").get("hazards").get(0);
    assertThat(hazard.get("kind").asText()).isEqualTo("half-state");
    assertThat(hazard.get("node").asText()).isEqualTo("w_momentum");
    assertThat(hazard.get("text").asText()).contains("0.988");
    assertThat(json("bfloat16.pb").get("hazards").get(0).get("text").asText()).contains("0.90");
    assertThat(json("sgd.pb").get("hazards")).isEmpty();
  }

  @Test
  void aRewrittenGraphIsRecognisedWithItsFilter() {
    Path out = folder.resolve("out.pb");
    assertThat(Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", out).code()).isZero();
    Cli.Run run = Cli.run("inspect", "--json", out);
    JsonNode graph = Schemas.parse("inspect", run.out());
    assertThat(graph.get("inserted").get("filters").get(0).asText()).startsWith("ema(alpha=0.98");
    assertThat(graph.get("rewriteCommand").asText()).contains("--replace");
    assertThat(graph.get("sites").get(0).get("gradient").asText()).doesNotContain("grokfast");
  }

  @Test
  void theCommandThatItPrintsWorks() {
    for (Path file : Fixtures.trainable(folder).values()) {
      Cli.Run run = Cli.run("inspect", "--json", file);
      String command = Schemas.parse("inspect", run.out()).get("rewriteCommand").asText();
      String dry = command.replaceFirst("^grokfast ", "").replaceFirst(" -o .*", " --dry-run");
      assertThat(Cli.run((Object[]) dry.split(" ")).code()).as(command).isZero();
    }
  }

  @Test
  void aGraphThatDoesNotTrainSaysSo() {
    assertThat(Cli.run("inspect", Fixtures.written("while.pb")).out())
        .contains("There is nothing to rewrite: no gradient reaches an optimizer here.");
  }

  @Test
  void formAndTagsOverride() {
    Path model = Fixtures.written("saved_model");
    Cli.Run wrong = Cli.run("inspect", model, "--tags", "train");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("no graph has the tag set {\"train\"}");
    assertThat(Cli.run("inspect", model, "--tags", "serve").code()).isZero();
    Path message = model.resolve("saved_model.pb");
    assertThat(Cli.run("inspect", message).err()).contains("Give the folder instead: " + model);
    assertThat(Cli.run("inspect", message, "--format", "saved-model").code()).isZero();
    assertThat(Cli.run("inspect", message, "--format", "sawed").code()).isEqualTo(2);
    assertThat(Cli.run("inspect", Fixtures.written("adam.pb"), "--tags", "x").err())
        .contains("--tags chooses a graph of a SavedModel");
  }

  @Test
  void limitsApply() {
    Path file = Fixtures.written("adam.pb");
    assertThat(Cli.run("inspect", file, "--max-bytes", 100).err()).contains("--max-bytes");
    assertThat(Cli.run("inspect", file, "--max-nodes", 10).err()).contains("--max-nodes");
    assertThat(Cli.run("inspect", file, "--max-depth", 2).err()).contains("--max-depth");
    assertThat(Cli.run("inspect", file, "--max-attributes", 1).err()).contains("--max-attributes");
    Path functions = Fixtures.written("saved_model");
    assertThat(Cli.run("inspect", functions, "--max-functions", 1).err())
        .contains("--max-functions");
    assertThat(Cli.feed(new byte[200], "inspect", "-", "--max-bytes", 100).err())
        .contains("--max-bytes");
    Cli.Run run = Cli.run("inspect", file, "--max-nodes", 0);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("grokfast: --max-nodes must be positive, was 0");
  }
}
