package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.grokfast.tools.console.ExitCode;
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

  private static void isOneLine(Invocation run, int code) {
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err().lines().filter(line -> !line.startsWith("Try '")))
        .as(run.err())
        .singleElement()
        .asString()
        .hasSizeLessThan(700);
  }

  private void configured(String text) throws IOException {
    Path config = Files.writeString(folder.resolve("config.yaml"), text);
    isOneLine(rewrite("--config", config), ExitCode.USAGE);
    isOneLine(
        Invocation.of("compare", "parity", "--arms", config, "--out", folder.resolve("runs")),
        ExitCode.USAGE);
  }

  @ParameterizedTest
  @CsvSource({"[, 1", "'{a: ', 1", "'- ', 1", "[, 500000", "{, 500000", "'{\"a\":', 150000"})
  void deepNesting(String level, int depth) throws IOException {
    configured("alpha: " + level.repeat(depth));
    configured(level.repeat(depth));
  }

  @Test
  void closedDeepNesting() throws IOException {
    configured("alpha: " + "[".repeat(200_000) + "]".repeat(200_000));
  }

  @Test
  void aliasesThatMultiply() throws IOException {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      text.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    configured(text + "exclude: *a59\n");
    configured("exclude: &a [*a]");
    configured("arms: &a {x: *a}\nexclude: [{}]");
  }

  @ParameterizedTest
  @CsvSource({
    "alpha: 1e999999999",
    "alpha: 99999999999999999999999999999999999999e99",
    "window: 99999999999999999999",
    "window: 1e400",
    "alpha: .inf",
    "alpha: 0x7fffffffffffffffffff"
  })
  void hugeNumbers(String text) throws IOException {
    configured(text);
  }

  @Test
  void aKeyThatIsThereTwice() throws IOException {
    configured("alpha: 0.9\nalpha: 0.8");
    configured("{\"alpha\": 0.9, \"alpha\": 0.8}");
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
    for (String option : new String[] {"--include=(a|aa)+$", "--exclude=(a|aa)+$"}) {
      isOneLine(
          Invocation.of("rewrite", in, "-o", folder.resolve("out.pb"), option), ExitCode.FAILED);
    }
    assertThat(folder.resolve("out.pb")).doesNotExist();
  }

  /** Every function calls the next one twice: two to the power of sixty calls. */
  @ParameterizedTest
  @CsvSource({"PartitionedCall", "direct"})
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
    assertThat(Invocation.of("inspect", in).code()).isLessThanOrEqualTo(1);
    Invocation run = Invocation.of("rewrite", in, "-o", out);
    assertThat(run.code()).as(run.err()).isLessThanOrEqualTo(1);
    if (run.code() == 1) {
      isOneLine(run, 1);
    }
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
