package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffVerbTest {
  @TempDir Path folder;

  private Path rewritten(Path file) {
    Path out = folder.resolve("rewritten");
    Cli.Run run = Cli.run("rewrite", file, "-o", out, "--force", "--fix-adam-order");
    assertThat(run.code()).as(run.err()).isZero();
    return out;
  }

  @Test
  void everyFixtureEqualsItself() {
    for (Path file : Fixtures.all(folder).values()) {
      Cli.Run run = Cli.run("diff", file, file, "--json");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(Schemas.parse("diff", run.out()).get("equal").asBoolean()).isTrue();
    }
    assertThat(Cli.run("diff", Fixtures.written("adam.pb"), Fixtures.written("adam.pbtxt")).out())
        .contains("The graphs are equal.");
  }

  @Test
  void aRewrittenGraphDiffersByWhatWasInserted() {
    for (Map.Entry<String, Path> fixture : Fixtures.trainable(folder).entrySet()) {
      Path after = rewritten(fixture.getValue());
      Cli.Run run = Cli.run("diff", fixture.getValue(), after, "--json");
      assertThat(run.code()).isEqualTo(1);
      JsonNode diff = Schemas.parse("diff", run.out());
      assertThat(diff.get("nodes").get("added"))
          .isNotEmpty()
          .allMatch(name -> name.asText().startsWith("grokfast/"));
      assertThat(diff.get("nodes").get("removed")).isEmpty();
      assertThat(diff.get("initializers").get("added"))
          .anyMatch(name -> name.asText().matches("grokfast/\\w+/ema <- .*"));
      assertThat(diff.get("other")).isEmpty();
    }
  }

  @Test
  void theChangedEdgeIsShown() {
    Path before = Fixtures.trainable(folder).get("sgd.pb");
    Cli.Run run = Cli.run("diff", before, rewritten(before));
    assertThat(run.lines())
        .contains("  - g -> apply:2", "  + grokfast/w/gradient -> apply:2", "  ~ apply");
    assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void signaturesAndCollectionsAreCompared() {
    Cli.Run run =
        Cli.run("diff", Fixtures.written("adam.pb"), Fixtures.written("adam.meta"), "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(Schemas.parse("diff", run.out()).get("other").toString())
        .contains("collection added: trainable_variables", "meta_info_def");
    Cli.Run functions =
        Cli.run("diff", Fixtures.written("adam.pb"), Fixtures.written("saved_model"), "--json");
    JsonNode diff = Schemas.parse("diff", functions.out());
    assertThat(diff.get("functions").get("added")).hasSize(4);
    assertThat(diff.get("signatures").get("added").toString()).contains("train");
  }

  @Test
  void picturesShowTheSites() throws Exception {
    Path before = Fixtures.trainable(folder).get("sgd.pb");
    Path after = rewritten(before);
    Path svg = folder.resolve("changes.svg");
    Cli.Run run = Cli.run("diff", before, after, "--dot", "--svg", svg);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).startsWith("digraph").contains("\"s0/grokfast/w/gradient\"");
    assertThat(run.out()).contains("cluster_1").endsWith("}\n");
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(document.getElementsByTagName("text").getLength()).isGreaterThan(20);
    assertThat(Files.readString(svg)).contains("grokfast/w/gradient");
    assertThat(Cli.run("diff", before, after, "--svg", svg).err()).contains("--force");
  }

  @Test
  void aPictureOfAFunctionShowsItsArguments() {
    Path before = Fixtures.written("saved_model");
    Cli.Run run = Cli.run("diff", before, rewritten(before), "--dot");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("ResourceApplyGradientDescent", "\\n_Arg");
  }

  @Test
  void oneOfTheTwoMayComeFromStandardInput() throws IOException {
    Path file = Fixtures.written("adam.pb");
    assertThat(Cli.feed(Files.readAllBytes(file), "diff", "-", file).code()).isZero();
    assertThat(Cli.run("diff", "-", "-").code()).isEqualTo(2);
    assertThat(Cli.run("diff", file, file, "--json", "--dot").code()).isEqualTo(2);
    assertThat(Cli.run("diff", file, file, "--sites", 0).code()).isEqualTo(2);
  }
}
