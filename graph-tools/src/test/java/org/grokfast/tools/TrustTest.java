package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;

/** Graphs that are not run, as they do something outside of themselves. */
class TrustTest {
  @TempDir private Path folder;

  private Path withEffects(int count) throws IOException {
    GraphDef.Builder graph = Fixtures.sgd("DT_FLOAT").toBuilder();
    for (int i = 0; i < count; i++) {
      graph.addNodeBuilder().setName("write" + i).setOp("WriteFile");
    }
    graph.addNodeBuilder().setName("call").setOp("PyFunc");
    return Fixtures.write(folder, "effects.pb", graph.build());
  }

  private static void isRefused(Invocation run, String text) {
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err().lines()).singleElement().asString().contains(text);
  }

  @Test
  void verifyNamesWhatItDoesNotRun() throws IOException {
    Path plain = Fixtures.write(folder, "plain.pb", Fixtures.sgd("DT_FLOAT"));
    Path effects = withEffects(5);
    String refusal =
        "effects.pb: not run, as it does something outside of itself: nodes 'write0' (WriteFile,"
            + " file-access), 'call' (PyFunc, foreign-code) and 4 more; 'grokfast inspect' lists"
            + " all. Give --trust if you trust its source";
    isRefused(Invocation.of("verify", effects, plain), refusal);
    isRefused(Invocation.of("verify", plain, effects), refusal);
  }

  @Test
  void aProofRunsNothingOfItEither() throws IOException {
    Path out = folder.resolve("out.pb");
    Path effects = withEffects(1);
    isRefused(
        Invocation.of("rewrite", effects, "-o", out, "--prove"),
        "not run, as it does something outside of itself");
    assertThat(out).doesNotExist();
    assertThat(Invocation.of("rewrite", effects, "-o", out).code()).isZero();
  }

  @Test
  void theLimitsOfTheChildAreChecked() throws IOException {
    Path plain = Fixtures.write(folder, "plain.pb", Fixtures.sgd("DT_FLOAT"));
    Invocation run = Invocation.of("verify", plain, plain, "--memory=100");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--memory must be >= 2048, was 100");
  }
}
