package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Inputs that are made to take for ever, or all memory, end in one line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HardInputsTest {
  private static final String TOO_DEEP =
      ": lists and mappings are nested too deeply; expected a few levels";

  @TempDir private Path folder;

  private Path graph() {
    return Fixtures.write(folder, "graph.pb", Fixtures.sgd("DT_FLOAT"));
  }

  private Invocation rewrite(Object... more) {
    Object[] words = new Object[4 + more.length];
    System.arraycopy(
        new Object[] {"rewrite", graph(), "-o", folder.resolve("out.pb")}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    return Invocation.of(words);
  }

  private static void isOneLine(Invocation run, int code, String start, String fault) {
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err().lines().filter(line -> !line.startsWith("Try '")))
        .as(run.err())
        .singleElement()
        .asString()
        .hasSizeLessThan(700)
        .startsWith(start)
        .contains(fault);
  }

  /**
   * A file with options ends both commands that read one.
   *
   * @param rewrite what {@code rewrite} says of it behind its name
   * @param compare what {@code compare} says, whose files have other keys
   */
  private void configured(String text, String rewrite, String compare) throws IOException {
    Path config = Files.writeString(folder.resolve("config.yaml"), text);
    isOneLine(rewrite("--config", config), ExitCode.USAGE, "grokfast: " + config, rewrite);
    isOneLine(
        Invocation.of("compare", "parity", "--arms", config, "--out", folder.resolve("runs")),
        ExitCode.USAGE,
        "grokfast: " + config,
        compare);
    assertThat(folder.resolve("out.pb")).doesNotExist();
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  private void configured(String text, String both) throws IOException {
    configured(text, both, both);
  }

  @ParameterizedTest
  @CsvSource({"[, 500000", "{, 500000", "'{\"a\":', 150000"})
  void deepNesting(String level, int depth) throws IOException {
    configured("alpha: " + level.repeat(depth), TOO_DEEP);
    configured(level.repeat(depth), TOO_DEEP);
  }

  @ParameterizedTest
  @CsvSource({"[", "'{a: '"})
  void aLevelThatDoesNotEnd(String level) throws IOException {
    String unended = ", line 1: expected the node content, but found '<stream end>'";
    configured("alpha: " + level, unended);
    configured(level, unended);
  }

  @Test
  void aListInAPlaceForKeys() throws IOException {
    configured("alpha: - ", ", line 1: sequence entries are not allowed here");
    configured(
        "- ",
        ", line 1: expected keys and values, such as 'alpha: 0.98'",
        ", line 1: expected the keys all and arms");
  }

  @Test
  void closedDeepNesting() throws IOException {
    configured("alpha: " + "[".repeat(200_000) + "]".repeat(200_000), TOO_DEEP);
  }

  @Test
  void aliasesThatMultiply() throws IOException {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      text.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    configured(
        text + "exclude: *a59\n",
        ": Number of aliases for non-scalar nodes exceeds the specified max=50");
  }

  @Test
  void aListThatHoldsItself() throws IOException {
    configured(
        "exclude: &a [*a]",
        ", line 1: expected a text",
        ", line 1: unknown key 'exclude'; the keys");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alpha: 1e999999999 | alpha must be in [0, 1), was Infinity",
        "alpha: 99999999999999999999999999999999999999e99 | alpha must be in [0, 1), was 1.0E137",
        "window: 99999999999999999999 | window': '99999999999999999999' is not an int",
        "window: 1e400 | window': '1e400' is not an int",
        "alpha: .inf | alpha': '.inf' is not a double",
        "alpha: 0x7fffffffffffffffffff | alpha': '0x7fffffffffffffffffff' is not a double"
      })
  void hugeNumbers(String text, String fault) throws IOException {
    Path config = Files.writeString(folder.resolve("config.yaml"), text);
    String filter = text.startsWith("window") ? "ma" : "ema";
    isOneLine(
        rewrite("--filter", filter, "--config", config),
        ExitCode.USAGE,
        "grokfast: " + config + ", line 1: ",
        fault);
    Path arms = Files.writeString(folder.resolve("arms.yaml"), "arms:\n  huge: {" + text + "}\n");
    isOneLine(
        Invocation.of("compare", "parity", "--arms", arms, "--out", folder.resolve("runs")),
        ExitCode.USAGE,
        "grokfast: " + arms + ", line 2: ",
        fault);
  }

  @Test
  void aKeyThatIsThereTwice() throws IOException {
    configured("alpha: 0.9\nalpha: 0.8", ", line 2: 'alpha' is there a second time");
    configured("{\"alpha\": 0.9, \"alpha\": 0.8}", ", line 1: 'alpha' is there a second time");
  }

  @Test
  void aLongNameAndAHardPattern() throws IOException {
    GraphDef.Builder graph = Fixtures.sgd("DT_FLOAT").toBuilder();
    String name = "a".repeat(3_000) + "/w";
    String variable =
        graph.getNodeList().stream()
            .filter(node -> node.getOp().startsWith("Var"))
            .map(NodeDef::getName)
            .findFirst()
            .orElseThrow();
    for (NodeDef.Builder node : graph.getNodeBuilderList()) {
      node.setName(node.getName().equals(variable) ? name : node.getName());
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, node.getInput(i).equals(variable) ? name : node.getInput(i));
      }
    }
    Path in = Fixtures.write(folder, "long.pb", graph.build());
    for (String option : new String[] {"include", "exclude"}) {
      isOneLine(
          Invocation.of("rewrite", in, "-o", folder.resolve("out.pb"), "--" + option + "=(a|aa)+$"),
          ExitCode.FAILED,
          "grokfast: " + option + " pattern '(a|aa)+$' was not done with the name 'aaaa",
          "...' (3002 characters) within 10000000 steps");
    }
    assertThat(folder.resolve("out.pb")).doesNotExist();
  }

  /** Every function calls the next one twice: two to the power of sixty calls. */
  @ParameterizedTest
  @CsvSource({"PartitionedCall", "direct"})
  @Tag("large")
  void functionsThatCallEachOtherTwice(String how) throws IOException {
    GraphDef.Builder graph = Fixtures.sgd("DT_FLOAT").toBuilder();
    for (int i = 0; i < 60; i++) {
      OpDef.Builder signature = OpDef.newBuilder().setName("f" + i);
      FunctionDef.Builder function = FunctionDef.newBuilder();
      for (int call = 0; call < 2 && i < 59; call++) {
        function.addNodeDef(call("c" + call, "f" + (i + 1), how));
      }
      graph.getLibraryBuilder().addFunction(function.setSignature(signature));
    }
    graph.addNode(call("start", "f0", how));
    Path in = Fixtures.write(folder, "functions.pb", graph.build());
    Path out = folder.resolve("out.pb");
    Invocation inspected = Invocation.of("inspect", in);
    assertThat(inspected.code()).as(inspected.err()).isEqualTo(ExitCode.DONE);
    assertThat(flat(inspected.out())).contains("Update sites (2)", "start data-flow " + TOO_OFTEN);
    Invocation run = Invocation.of("rewrite", in, "-o", out);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(flat(run.err()))
        .contains(
            "2 of 2 trained variables filtered", "not filtered start (data-flow): " + TOO_OFTEN);
    assertThat(out).exists();
  }

  private static final String TOO_OFTEN =
      "functions call each other so often that there are more than 8,000,000 tensors in all calls:"
          + " updates in plain ops are not looked for";

  /** A text without its line breaks and columns. */
  private static String flat(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private static NodeDef call(String name, String function, String how) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name);
    if (how.equals("direct")) {
      return node.setOp(function).build();
    }
    AttrValue called =
        AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build();
    AttrValue none =
        AttrValue.newBuilder().setList(AttrValue.ListValue.getDefaultInstance()).build();
    return node.setOp(how).putAttr("f", called).putAttr("Tin", none).putAttr("Tout", none).build();
  }
}
