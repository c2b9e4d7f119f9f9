package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.pass.PassKind;
import org.grokfast.pass.Passes;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tools.options.FilterArguments;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

class RewriteVerbTest {
  @TempDir Path folder;

  private static GraphDef graph(Path file) {
    return new GraphFileReader().read(file).graph();
  }

  private Path out(String name) {
    return folder.resolve("out-" + name);
  }

  @Test
  void strippingARewriteGivesTheOriginalBack() {
    Fixtures.trainable(folder)
        .forEach(
            (name, file) -> {
              Path back = out("back-" + name);
              Cli.Run rewrite =
                  Cli.run("rewrite", file, "-o", out(name), "--fix-adam-order", "--json");
              assertThat(rewrite.code()).as(rewrite.err()).isZero();
              JsonNode report = Schemas.parse("rewrite", rewrite.out());
              assertThat(report.get("sites").size()).isPositive();
              assertThat(graph(out(name))).isNotEqualTo(graph(file));
              Cli.Run strip = Cli.run("strip", out(name), "-o", back, "--json");
              assertThat(strip.code()).as(strip.err()).isZero();
              Schemas.parse("strip", strip.out());
              assertThat(new GraphFileReader().read(back).message())
                  .isEqualTo(new GraphFileReader().read(file).message());
            });
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    for (Path file : Fixtures.trainable(folder).values()) {
      assertThat(Cli.run("rewrite", file, "-o", out("1"), "--force").code()).isZero();
      assertThat(Cli.run("rewrite", file, "-o", out("2"), "--force").code()).isZero();
      assertThat(Files.mismatch(out("1"), out("2"))).isEqualTo(-1);
    }
  }

  @Test
  void standardInputAndOutputGiveTheSameBytesAsFiles() throws IOException {
    Path file = Fixtures.written("adam.pb");
    Cli.Run run = Cli.feed(Files.readAllBytes(file), "rewrite", "-", "-o", "-");
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("1 of 1 trained variables filtered");
    Cli.run("rewrite", file, "-o", out("file"));
    assertThat(run.bytes().toByteArray()).isEqualTo(Files.readAllBytes(out("file")));
  }

  @Test
  void aDryRunPrintsThePlanAndWritesNothing() {
    Cli.Run run = Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", out("x"), "--dry-run");
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("1 of 1 trained variables would be filtered");
    assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(out("x")).doesNotExist();
  }

  @Test
  void aPatternThatMatchesNothingIsNoFaultOfTheGraph() {
    Cli.Run run =
        Cli.run("rewrite", Fixtures.written("adam.pb"), "--dry-run", "--include", "kernl");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("include pattern 'kernl' matches none of the trained variables");
  }

  @Test
  void passesGoWithoutAFilterAndAreTakenOutAgain() throws IOException {
    Path file = Fixtures.written("adam.pb");
    Cli.Run run =
        Cli.run(
            "rewrite",
            file,
            "-o",
            out("passes"),
            "--filter",
            "none",
            "--lookahead",
            "5,0.5",
            "--decoupled-weight-decay",
            "0.01");
    assertThat(run.code()).isZero();
    assertThat(run.err())
        .contains("pass", "lookahead(5,0.5, exclude=[])", "stands for an update")
        .startsWith("1 of 1 trained variables given a pass, ");
    assertThat(Cli.run("strip", out("passes"), "-o", out("stripped")).code()).isZero();
    assertThat(GraphDef.parseFrom(Files.readAllBytes(out("stripped"))))
        .isEqualTo(GraphDef.parseFrom(Files.readAllBytes(file)));
  }

  @Test
  void wrongOptionsOfPassesEndInOneLine() {
    Path file = Fixtures.written("adam.pb");
    assertRefused(2, "lookahead must be K,A", file, "--lookahead", "5");
    assertRefused(2, "must be a number >= 0", file, "--decoupled-weight-decay", "-1");
    assertRefused(2, "is for --lookahead, which is not given", file, "--lookahead-exclude", "w");
    assertRefused(2, "--filter none inserts nothing", file, "--filter", "none");
    for (PassKind<?> kind : Passes.ALL) {
      assertRefused(2, "--" + kind.name(), file, "--filter", "none");
    }
    assertRefused(
        3,
        "lookahead-exclude pattern 'zzz' matches none of the trained variables",
        file,
        "--lookahead",
        "5,0.5",
        "--lookahead-exclude",
        "zzz");
  }

  private static void assertRefused(int code, String message, Path file, String... options) {
    List<Object> words = new ArrayList<>(List.of("rewrite", file, "--dry-run"));
    words.addAll(List.of(options));
    Cli.Run run = Cli.run(words.toArray());
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.err()).startsWith("grokfast: ").contains(message);
  }

  @Test
  void theValuesOfAnOptionAreListedAsUsersSpellThem() {
    Cli.Run run = Cli.run("rewrite", Fixtures.written("adam.pb"), "--dry-run", "--sparse", "maybe");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "grokfast: Invalid value for option '--sparse': expected one of densify, lazy, refuse,"
                + " was 'maybe'");
  }

  @Test
  void anOutputIsReplacedOnlyByForce() throws IOException {
    Files.writeString(out("x"), "precious");
    Cli.Run run = Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", out("x"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("already exists").contains("--force");
    assertThat(out("x")).hasContent("precious");
    assertThat(Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", out("x"), "--force").code())
        .isZero();
  }

  @Test
  void optionsReachTheFilter() {
    Path file = Fixtures.trainable(folder).get("sgd.pb");
    Cli.Run run =
        Cli.run(
            "rewrite",
            file,
            "--dry-run",
            "--json",
            "--filter",
            "ma",
            "--window",
            7,
            "--exclude",
            "^b$",
            "--override",
            "^w$:lamb=3");
    JsonNode report = Schemas.parse("rewrite", run.out());
    assertThat(report.get("filter").asText()).startsWith("ma(window=7, lamb=5.0");
    assertThat(report.get("sites").get(0).get("filter").asText()).contains("lamb=3.0");
    assertThat(report.get("excluded").get(0).asText()).isEqualTo("b");
    assertThat(report.get("output").isNull()).isTrue();
  }

  @Test
  void aRewrittenGraphIsRefusedOrReplaced() {
    Path file = Fixtures.written("adam.pb");
    Cli.run("rewrite", file, "-o", out("1"));
    Cli.Run refused = Cli.run("rewrite", out("1"), "-o", out("2"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("already holds ema(")
        .doesNotContain("non-finite")
        .contains("'grokfast strip', or give --replace");
    assertThat(refused.err().lines()).hasSize(1);
    Cli.Run replaced = Cli.run("rewrite", out("1"), "-o", out("2"), "--replace", "--alpha", 0.5);
    assertThat(replaced.code()).as(replaced.err()).isZero();
    Cli.run("rewrite", file, "-o", out("3"), "--alpha", 0.5);
    assertThat(graph(out("2"))).isEqualTo(graph(out("3")));
  }

  @Test
  void replacingKeepsTheOrderOfThePowers() {
    Path file = Fixtures.trainable(folder).get("race.pb");
    Cli.run("rewrite", file, "-o", out("1"), "--fix-adam-order");
    assertThat(AdamOrderPass.find(graph(file))).hasSize(2);
    assertThat(AdamOrderPass.find(graph(out("1")))).isEmpty();
    Cli.Run run = Cli.run("rewrite", out("1"), "-o", out("2"), "--replace", "--lamb", 1);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(AdamOrderPass.find(graph(out("2")))).isEmpty();
  }

  @Test
  void aGradientCanBeNamedByHand() {
    Path file = Fixtures.trainable(folder).get("sgd.pb");
    Cli.Run run = Cli.run("rewrite", file, "-o", out("1"), "--gradient", "w=g", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("named by hand");
    Cli.Run wrong = Cli.run("rewrite", file, "-o", out("2"), "--gradient", "w=nosuch");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("gradient 'nosuch' of variable 'w' is no tensor of the graph");
  }

  @Test
  void aSparseGradientCanBeRefused() {
    Path file = Fixtures.trainable(folder).get("embedding.pb");
    Cli.Run run = Cli.run("rewrite", file, "-o", out("1"), "--sparse", "refuse");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("takes a sparse gradient").contains("exclude the variable");
    assertThat(out("1")).doesNotExist();
  }

  @Test
  void aGraphWithoutSitesIsNothingMatched() {
    for (String name : List.of("while.pb", "integer.pb", "reader.pb")) {
      Path file = Fixtures.all(folder).get(name);
      Cli.Run run = Cli.run("rewrite", file, "-o", out(name));
      assertThat(run.code()).as(name).isEqualTo(3);
      assertThat(run.err().lines()).hasSize(1);
      assertThat(out(name)).doesNotExist();
    }
  }

  @Test
  void theReportSaysInWhichFunctionAnUpdateIsAndWhatCallsIt() {
    Path file = Fixtures.all(folder).get("saved_model");
    Cli.Run run = Cli.run("rewrite", file, "--dry-run");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("place +in function \\S+, called by\\s+\\S+");
    assertThat(Cli.run("inspect", file).out())
        .containsPattern("place +in function \\S+, called by");
  }

  @Test
  void wrongCommandLinesAreUsage() {
    Path file = Fixtures.written("adam.pb");
    assertThat(Cli.run("rewrite", file).code()).isEqualTo(2);
    assertThat(Cli.run("rewrite", file, "-o", "-", "--json").code()).isEqualTo(2);
    assertThat(Cli.run("rewrite", file, "--dry-run", "--filter", "none").err())
        .contains(
            "--filter none inserts nothing; give " + FilterArguments.inserting() + ", or use");
    Cli.Run swapped = Cli.run("rewrite", file, "--dry-run", "--alpha", 2, "--lamb", 0.98);
    assertThat(swapped.code()).isEqualTo(2);
    assertThat(swapped.err()).contains("were alpha and lamb swapped?").doesNotContain("\tat ");
  }

  @Test
  void probesAreInsertedWithAFilterOrWithoutOneAndStrippedAgain() {
    Path file = Fixtures.written("adam.pb");
    for (String filter : List.of("ema", "none")) {
      Path probed = folder.resolve(filter + ".pb");
      Cli.Run run =
          Cli.run(
              "rewrite", file, "-o", probed, "--filter", filter, "--probe", "cosine,bands:every=5");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).contains("probes=[cosine:every=10,", "grokfast/probe/band-1");
      assertThat(graph(probed).getNodeList())
          .extracting(NodeDef::getName)
          .contains("grokfast/probe/cosine", "grokfast/probe/band-4");
      assertThat(Cli.run("inspect", probed).out()).contains("probes=[cosine:every=10,");
      Path stripped = folder.resolve(filter + "-stripped.pb");
      assertThat(Cli.run("strip", probed, "-o", stripped).code()).isZero();
      assertThat(graph(stripped)).isEqualTo(graph(file));
    }
  }

  @Test
  void aWrongProbeIsUsage() {
    Path file = Fixtures.written("adam.pb");
    Cli.Run run = Cli.run("rewrite", file, "--dry-run", "--probe", "norm");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("--probe norm: there is no probe 'norm'; expected one of weight-norm,");
    assertThat(Cli.run("rewrite", file, "--dry-run", "--probe", "cosine,cosine:every=3").err())
        .contains("probe cosine is given twice");
    assertThat(
            Cli.run(
                    "rewrite",
                    file,
                    "--dry-run",
                    "--filter",
                    "none",
                    "--probe",
                    "cosine",
                    "--lamb",
                    2)
                .err())
        .contains("--lamb is an option of");
  }

  @Test
  void anOptionOfAnotherFilterIsRefusedWithAllItsOwners() {
    Path file = Fixtures.written("adam.pb");
    Cli.Run alpha = Cli.run("rewrite", file, "--dry-run", "--filter", "ma", "--alpha", 0.9);
    assertThat(alpha.code()).isEqualTo(2);
    assertThat(alpha.err())
        .contains("--alpha is an option of --filter ema or orthogonal, not of --filter ma");
    Cli.Run window = Cli.run("rewrite", file, "--dry-run", "--window", 3);
    assertThat(window.err()).contains("--window is an option of --filter ma, not of --filter ema");
    Cli.Run unknown = Cli.run("rewrite", file, "--dry-run", "--filter", "median");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("--filter must be ema, ma, ").contains("was 'median'");
  }

  @Test
  void everyParameterOfEveryFilterHasAnOptionThatIsTaken() {
    Path file = Fixtures.written("adam.pb");
    for (FilterType<? extends GradientFilter> type : Filters.ALL) {
      List<Object> words =
          new ArrayList<>(List.of("rewrite", file, "--dry-run", "--filter", type.kind()));
      for (Parameter<?> parameter : type.parameters()) {
        words.add(parameter.option());
        if (!parameter.isFlag()) {
          words.add(parameter.text(parameter.defaultValue()));
        }
      }
      Cli.Run run = Cli.run(words.toArray());
      // The graph may have no variable that the filter takes.
      assertThat(run.code()).as(run.err()).isIn(0, 3);
    }
  }

  @Test
  void aChainIsWrittenWithItsParametersInBrackets() throws IOException {
    Path file = Fixtures.written("adam.pb");
    String chain = "ema(alpha=0.9, lamb=1.5), perp";
    assertThat(Cli.run("rewrite", file, "-o", out("chain"), "--filter", chain).code()).isZero();
    assertThat(graph(out("chain")).getNodeList())
        .anyMatch(node -> node.getName().endsWith("/1.ema/ema"))
        .anyMatch(node -> node.getName().equals("grokfast/1.ema/lamb/set"));
    assertThat(Cli.run("inspect", out("chain")).out().replaceAll("\\s+", " ")).contains(chain);
    Cli.run("strip", out("chain"), "-o", out("back"));
    assertThat(graph(out("back"))).isEqualTo(graph(file));
    assertThat(Cli.run("rewrite", file, "--dry-run", "--filter", "ema(alpha=0.9)").code()).isZero();
  }

  @Test
  void optionsOfASingleFilterAreRefusedForAChain() {
    Path file = Fixtures.written("adam.pb");
    Cli.Run run = Cli.run("rewrite", file, "--dry-run", "--filter", "ema, perp", "--lamb", 1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--lamb is for a single filter without brackets");
    Cli.Run wrong = Cli.run("rewrite", file, "--dry-run", "--filter", "ema, median");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--filter 'ema, median': there is no filter 'median'");
    Cli.Run override =
        Cli.run(
            "rewrite", file, "--dry-run", "--filter", "ema, ema", "--override", ".:2.ema.lamb=0");
    assertThat(override.code()).as(override.err()).isZero();
  }

  @Test
  void withoutAFilterItsOptionsAreRefused() {
    Path file = Fixtures.written("adam.pb");
    Cli.Run alpha = Cli.run("rewrite", file, "--dry-run", "--filter", "none", "--alpha", 0.9);
    assertThat(alpha.code()).isEqualTo(2);
    assertThat(alpha.err())
        .contains("--alpha is an option of --filter ema or orthogonal, not of --filter none");
  }

  @Test
  @Tag("native")
  void trainingWithoutAFilterRefusesItsOptions() {
    Cli.Run start = Cli.run("train", "parity", "--filter", "none", "--start-step", 3);
    assertThat(start.code()).isEqualTo(2);
    assertThat(start.err())
        .contains("--start-step is an option of a filter, and --filter none inserts none");
  }

  @Test
  void anOverrideSetsOnlyWhatTheFilterHas() {
    Path file = Fixtures.written("adam.pb");
    Cli.Run run = Cli.run("rewrite", file, "--dry-run", "--override", "w:window=3");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("--override 'w:window=3': 'window' can't be overridden; ema has alpha, lamb");
  }

  @Test
  void debugShowsTheStackTrace() {
    assertThat(Cli.run("--debug", "inspect", folder.resolve("none")).err()).contains("\tat ");
    assertThat(Cli.run("inspect", folder.resolve("none")).err()).doesNotContain("\tat ");
  }
}
