package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteConfigTest {
  @TempDir Path folder;

  private Cli.Run run(String config, Object... more) {
    Path file = folder.resolve("filter.yaml");
    try {
      Files.writeString(file, config);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    Object[] args = new Object[more.length + 6];
    args[0] = "rewrite";
    args[1] = Fixtures.written("adam.pb");
    args[2] = "--dry-run";
    args[3] = "--json";
    args[4] = "--config";
    args[5] = file;
    System.arraycopy(more, 0, args, 6, more.length);
    return Cli.run(args);
  }

  private static String filter(Cli.Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return Schemas.parse("rewrite", run.out()).get("filter").asText();
  }

  @Test
  void yamlAndJsonSetOptions() {
    assertThat(filter(run("filter: ma\nwindow: 7\nno-warmup: true\ninclude: [w, w]\n")))
        .startsWith("ma(window=7,")
        .contains("warmup=false", "include=[w, w]");
    assertThat(filter(run("{\"alpha\": 0.5,\n \"include\": \"w\", \"compensate-lr\": false}")))
        .startsWith("ema(alpha=0.5,")
        .contains("include=[w]", "compensate-lr=false");
    assertThat(filter(run(""))).startsWith("ema(alpha=0.98, lamb=2.0");
  }

  @Test
  void theCommandLineWins() {
    assertThat(filter(run("filter: ma\nwindow: 7\nlamb: 3\n", "--window", 9)))
        .startsWith("ma(window=9, lamb=3.0");
    assertThat(filter(run("include: [w]\n", "--include", "^w$"))).contains("include=[^w$]");
    assertThat(filter(run("alpha: 2\n", "--alpha", 0.5))).startsWith("ema(alpha=0.5");
  }

  @Test
  void anUnknownKeyIsAnErrorWithItsLineAndTheNearestKey() {
    Cli.Run run = run("filter: ema\nalpa: 0.9\n");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("filter.yaml, line 2: unknown key 'alpa'; did you mean 'alpha'?");
    assertThat(run("zzzzzzzzzz: 1\n").err())
        .contains("the keys are allow-unfiltered, alpha, compensate-lr");
  }

  @Test
  void wrongValuesHaveTheirLine() {
    assertThat(run("\nalpha: x\n").err())
        .contains("line 2: Invalid value for 'alpha': 'x' is not a double");
    Cli.Run range = run("lamb: 1\nalpha: 2\n");
    assertThat(range.err()).contains("line 2: alpha must be in [0, 1)");
    assertThat(range.code()).isEqualTo(2);
    Cli.Run ours = run("lamb: 1\n", "--alpha", 2);
    assertThat(ours.err()).startsWith("grokfast: alpha must be in [0, 1)");
    assertThat(ours.code()).isEqualTo(2);
    assertThat(run("sparse: maybe\n").err())
        .contains(
            "line 1: Invalid value for 'sparse': expected one of densify, lazy, refuse, was 'maybe'");
    assertThat(run("filter: ema\nwindow: 5\n").err()).contains("line 2: --window is an option of");
    assertThat(run("no-warmup: 1\n").err()).contains("'no-warmup' must be true or false, was '1'");
    assertThat(run("alpha: 1\nalpha: 2\n").err()).contains("line 2: ");
    assertThat(run("alpha: [1]\n").err()).contains("line 1: expected one value");
    assertThat(run("- alpha\n").err()).contains("line 1: expected keys and values");
    assertThat(run("alpha: {\n").err()).contains("filter.yaml, line ");
  }

  @Test
  void aMissingFileIsAnError() {
    Cli.Run run =
        Cli.run(
            "rewrite", Fixtures.written("adam.pb"), "--dry-run", "--config", folder.resolve("no"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("no such file");
  }
}
