package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.verify.Npz;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The verb {@code verify}; most tests start a child process. */
@Tag("native")
@Tag("process")
class VerifyVerbTest {
  @TempDir Path folder;
  private Path original;
  private Path rewritten;

  @BeforeEach
  void write() throws IOException {
    original = Regression.write(folder.resolve("model.pb"));
    rewritten = folder.resolve("filtered.pb");
  }

  private void rewrite(Object... options) {
    Object[] words = new Object[options.length + 4];
    words[0] = "rewrite";
    words[1] = original;
    words[2] = "-o";
    words[3] = rewritten;
    System.arraycopy(options, 0, words, 4, options.length);
    assertThat(Invocation.of(words).code()).isZero();
  }

  /** Changes nodes of the rewritten graph. */
  private void tamper(Consumer<NodeDef.Builder> change) throws IOException {
    GraphDef.Builder graph = Regression.read(rewritten).toBuilder();
    graph.getNodeBuilderList().forEach(change);
    Files.write(rewritten, graph.build().toByteArray());
  }

  @Test
  void aRewrittenGraphPassesWithIdenticalWeights() throws IOException {
    rewrite("--alpha", "0.9");
    Invocation run = Invocation.of("verify", original, rewritten, "--steps", 20, "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    JsonNode json = Schemas.parse("verify", run.out());
    assertThat(json.path("version").asInt()).isEqualTo(1);
    assertThat(json.path("passed").asBoolean()).isTrue();
    JsonNode w = json.path("variables").path(0);
    assertThat(w.path("variable").asText()).isEqualTo("w");
    assertThat(w.path("filter").asText()).startsWith("ema(alpha=0.9,");
    assertThat(w.path("gradientDifference").asDouble()).isLessThan(1e-6);
    assertThat(w.path("weightsIdentical").asBoolean()).isTrue();
  }

  static Stream<String> filters() {
    return Stream.concat(
        Filters.ALL.stream().map(FilterType::kind), Stream.of("ema(alpha=0.9, lamb=1.5), perp"));
  }

  /** The original is a regression with one weight matrix. */
  @ParameterizedTest
  @MethodSource("filters")
  void everyFilterPasses(String filter) {
    rewrite("--filter", filter);
    Invocation run = Invocation.of("verify", original, rewritten, "--steps", 4);
    assertThat(run.code()).as(run.err() + run.out()).isZero();
    boolean switchable =
        Filters.of(filter).map(type -> type.defaults().passesWithoutLamb()).orElse(false);
    assertThat(run.out().contains("weights were not compared: no lamb switches off"))
        .isEqualTo(!switchable);
  }

  @Test
  void aMovingAverageOnGivenInputsPasses() throws IOException {
    rewrite("--filter", "ma", "--window", "4", "--no-tunable");
    Path feeds = Npz.floats(folder.resolve("x.npz"), "x", "2, 1, 3", 1, 2, 3, -1, 0.5f, 0);
    Invocation run = Invocation.of("verify", original, rewritten, "--steps", 12, "--feeds", feeds);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("the rewritten graph does what its filter says", "ma(window=4", "ok")
        .contains("weights were not compared: lamb is a constant");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void aChangedConstantIsFound() throws IOException {
    rewrite("--alpha", "0.9");
    tamper(
        node -> {
          if (node.getName().equals("grokfast/alpha/initial_value")) {
            var value = node.getAttrOrThrow("value").toBuilder();
            value.getTensorBuilder().clearTensorContent().clearDoubleVal().addDoubleVal(0.8);
            node.putAttr("value", value.build());
          }
        });
    Invocation run = Invocation.of("verify", original, rewritten, "--steps", 5);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("1 of 1 filtered variables differ", "DIFFERS", "identical");
  }

  @Test
  void aBfloat16GradientThatIsFedPassesWithinAUnitInTheLastPlace() throws IOException {
    original =
        Files.writeString(
            folder.resolve("fed.pbtxt"),
            """
            node { name: "w" op: "VariableV2"
              attr { key: "dtype" value { type: DT_BFLOAT16 } }
              attr { key: "shape" value { shape { dim { size: 3 } } } } }
            node { name: "zero" op: "Const"
              attr { key: "dtype" value { type: DT_BFLOAT16 } }
              attr { key: "value" value { tensor { dtype: DT_BFLOAT16
                tensor_shape { dim { size: 3 } } half_val: 0 } } } }
            node { name: "w/Assign" op: "Assign" input: "w" input: "zero"
              attr { key: "T" value { type: DT_BFLOAT16 } } }
            node { name: "init" op: "NoOp" input: "^w/Assign" }
            node { name: "g" op: "Placeholder"
              attr { key: "dtype" value { type: DT_BFLOAT16 } }
              attr { key: "shape" value { shape { dim { size: 3 } } } } }
            node { name: "rate" op: "Const"
              attr { key: "dtype" value { type: DT_BFLOAT16 } }
              attr { key: "value" value { tensor { dtype: DT_BFLOAT16
                tensor_shape { } half_val: 15872 } } } }
            node { name: "apply" op: "ApplyGradientDescent"
              input: "w" input: "rate" input: "g"
              attr { key: "T" value { type: DT_BFLOAT16 } } }
            node { name: "train" op: "NoOp" input: "^apply" }
            """);
    rewritten = folder.resolve("filtered.pbtxt");
    rewrite("--compensate-lr");
    Invocation run = Invocation.of("verify", original, rewritten, "--steps", 20);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("7.8e-03", "identical");
  }

  @Test
  void anArrayForNoPlaceholderIsRefused() throws IOException {
    rewrite();
    Path feeds = Npz.floats(folder.resolve("x.npz"), "z", "1", 1);
    Invocation run = Invocation.of("verify", original, rewritten, "--feeds", feeds);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("array 'z' belongs to no placeholder", "there is x");
  }

  @Test
  void anOptimizerThatTakesTheRawGradientIsFoundWithoutRunning() throws IOException {
    rewrite();
    String[] raw = new String[1];
    tamper(
        node -> {
          if (node.getName().equals("grokfast/w/gradient")) {
            raw[0] = node.getAttrOrThrow("_grokfast_replaces").getS().toStringUtf8();
          }
        });
    tamper(
        node -> {
          if (node.getOp().equals("ApplyMomentum")) {
            node.setInput(3, raw[0]);
          }
        });
    Invocation run = Invocation.of("verify", original, rewritten);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("does not take the filtered gradient 'grokfast/w/gradient'");
  }

  @Test
  void aGraphWithoutAFilterMatchesNothing() {
    Invocation run = Invocation.of("verify", original, original);
    assertThat(run.code()).isEqualTo(ExitCode.NOTHING_MATCHED);
    assertThat(run.err()).contains("holds no filter");
  }

  @Test
  void numbersOutOfTheirRangeAreAUsageError() {
    Invocation run = Invocation.of("verify", original, original, "--steps", "0");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--steps must be >= 1, was 0");
  }
}
