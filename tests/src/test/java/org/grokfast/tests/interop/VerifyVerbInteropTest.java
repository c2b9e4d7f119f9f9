package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.grokfast.tools.ExitCode;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code grokfast rewrite} and then {@code grokfast verify}, on graphs of Python TensorFlow. */
class VerifyVerbInteropTest {
  @TempDir Path folder;

  static Stream<Fixture> fixtures() {
    var names =
        Stream.of(
                "v1_adam_dense_ref",
                "v1_rmsprop_dense_resource",
                "v1_momentum_sparse_resource",
                "v1_adam_sparse_ref",
                "v1_float64_momentum_resource",
                "v1_float16_sgd_ref",
                "v1_clip_global_norm",
                "v1_cond_switch_ref",
                "v1_alternating",
                "v1_two_devices_ref",
                "v1_saver_sharded")
            .toList();
    return Fixture.all().stream().filter(fixture -> names.contains(fixture.name()));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aRewrittenGraphIsVerified(Fixture fixture) {
    String original = fixture.path().toString();
    String rewritten = folder.resolve("rewritten.meta").toString();
    run("rewrite", original, "-o", rewritten);
    run("verify", original, rewritten, "--steps", "5");
  }

  /** With lamb 0 the weights have to be those of the sparse original, bit for bit. */
  @ParameterizedTest
  @CsvSource({
    "v1_sgd_sparse_ref, ema",
    "v1_adam_sparse_resource, ma",
    "v1_clip_global_norm_sparse, ema",
    "v1_partitioned_resource, ma"
  })
  void aLazilyFilteredGraphIsVerified(String name, String filter) {
    String original = Fixture.named(name).path().toString();
    String rewritten = folder.resolve("lazy.meta").toString();
    run("rewrite", original, "-o", rewritten, "--sparse=lazy", "--filter", filter);
    assertThat(run("verify", original, rewritten, "--steps", "5"))
        .doesNotContain("weights were not compared");
  }

  private static String run(String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(err)).setErr(new PrintWriter(err));
    assertThat(commandLine.execute(arguments)).as(err.toString()).isEqualTo(ExitCode.DONE);
    return err.toString();
  }
}
