package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A SavedModel whose variables Python saved under two handles: every verb says so, once. */
class TwoHandlesTest {
  private static final Path MODEL =
      Path.of(
          System.getProperty("grokfast.root"),
          "tests/src/test/resources/interop/savedmodel/k3_adam_tracked");
  private static final String WARNING =
      "Python saved 6 variables under two handles ('adam/b_0_velocity' and others): TensorFlow Java"
          + " and tf.compat.v1 fail with \"Could not find variable\"; track the optimizer's"
          + " variables, not the optimizer, and save again";

  @TempDir Path folder;

  private static String words(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private Path rewritten() {
    Path rewritten = folder.resolve("rewritten");
    Invocation run = Invocation.of("rewrite", MODEL, "--filter", "ema", "-o", rewritten);
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(words(run.out() + run.err())).containsOnlyOnce(WARNING);
    return rewritten;
  }

  @Test
  void rewriteSaysIt() {
    rewritten();
  }

  @Test
  @Tag("native")
  @Tag("process")
  void verifySaysItInPlaceOfTheErrorOfTensorFlow() {
    Invocation run = Invocation.of("verify", MODEL, rewritten());
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err().strip()).isEqualTo("grokfast: running the graphs failed: " + WARNING);
  }

  @Test
  @Tag("native")
  void exportSaysIt() {
    Invocation run = Invocation.of("export", MODEL, "-o", folder.resolve("exported"));
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(words(run.out())).containsOnlyOnce(WARNING);
  }
}
