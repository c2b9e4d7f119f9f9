package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * The examples in Python, from the saved step to the last loss, where the variable {@code
 * GROKFAST_PYTHON} names a Python that has their packages: tensorflow and keras; torch, onnxscript
 * and onnxruntime.
 */
@Tag("process")
class PythonExamplesTest {
  private static final Pattern LOSS = Pattern.compile("(?m)^loss ([0-9.e-]+)$");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"keras, step, filtered", "pytorch, step.onnx, filtered.onnx"})
  void aStepIsSavedFilteredAndTrained(String example, String saved, String filtered)
      throws Exception {
    String python = System.getenv("GROKFAST_PYTHON");
    assumeTrue(python != null, "GROKFAST_PYTHON names no Python with the packages of the examples");
    Path programs = CodeBlocks.ROOT.resolve("docs/examples").resolve(example);
    run(python, programs.resolve("save_step.py"));
    rewrite(folder.resolve(saved), folder.resolve(filtered));
    Matcher loss = LOSS.matcher(run(python, programs.resolve("train_filtered.py")));
    assertThat(loss.find()).isTrue();
    // The targets' mean square is 1/9; the seeds of the first weights are free.
    assertThat(Double.parseDouble(loss.group(1))).isLessThan(0.1);
  }

  private String run(String python, Path program) throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "log", ".txt");
    ProcessBuilder builder = new ProcessBuilder(python, program.toString());
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    int code = builder.start().waitFor();
    String said = Files.readString(log);
    assertThat(code).as(said).isZero();
    return said;
  }

  private static void rewrite(Path from, Path to) {
    String[] words = {
      "rewrite", from.toString(), "-o", to.toString(), "--filter", "ema", "--alpha", "0.9"
    };
    StringWriter err = new StringWriter();
    CommandLine program = Main.commandLineFor(words);
    program.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
    assertThat(program.execute(words)).as(err.toString()).isZero();
  }
}
