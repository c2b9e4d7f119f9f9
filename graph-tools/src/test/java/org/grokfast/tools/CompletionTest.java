package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The completion scripts, run by the shells that they are for. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("process")
class CompletionTest {
  @TempDir Path folder;

  @Test
  void bashCompletesVerbsAndOptions() throws Exception {
    String out =
        run(
            "bash",
            """
            source ./completion
            compopt() { :; }  # Only a shell that is completing has it.
            COMP_WORDS=(grokfast rewr); COMP_CWORD=1; _complete_grokfast; echo "${COMPREPLY[@]}"
            COMP_WORDS=(grokfast rewrite --fix); COMP_CWORD=2; _complete_grokfast
            echo "${COMPREPLY[@]}"
            """);
    assertThat(out.lines()).containsExactly("rewrite", "--fix-adam-order");
  }

  /** A zsh on a terminal of its own, in which Tab is pressed twice. */
  @Test
  void zshCompletesVerbsAndOptionsAtTheTerminal() throws Exception {
    String out =
        run(
            "zsh",
            """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PS1="> "; source ./completion; grokfast() { echo "RAN $*" }; echo rea""dy'
            zpty -r shell out '*ready*'
            zpty -w -n shell $'grokfast rewr\\t--fix\\t\\n'
            zpty -r shell out '*RAN *'
            zpty -r shell rest
            zpty -d shell
            print -r -- "$out$rest"
            """);
    assertThat(out).contains("RAN rewrite --fix-adam-order");
  }

  private String run(String shell, String script) throws IOException, InterruptedException {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(place -> Files.isExecutable(Path.of(place, shell)));
    assumeTrue(there, "no " + shell + " on the PATH");
    Invocation completion = Invocation.of("completion", shell);
    assertThat(completion.code()).isZero();
    Files.writeString(folder.resolve("completion"), completion.out());
    Path file = Files.writeString(folder.resolve("script"), script);
    ProcessBuilder builder =
        shell.equals("zsh")
            ? new ProcessBuilder(shell, "-f", file.toString())
            : new ProcessBuilder(shell, "--norc", file.toString());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("TERM", "dumb");
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out;
  }
}
