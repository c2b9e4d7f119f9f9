package org.grokfast.tools.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.grokfast.io.GraphFileException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Children that end in every way. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
@Tag("process")
class ChildProcessTest {
  @TempDir Path folder;

  private void run(int timeout, String... command) throws IOException {
    new ChildProcess(
            folder,
            new ChildProcess.Purpose("TensorFlow", "nothing was compared", ", or less"),
            List.of(command))
        .run(timeout);
  }

  @Test
  void aChildThatEndsWellIsNoError() throws IOException {
    run(60, "sh", "-c", "echo done");
    assertThat(folder.resolve("output.log")).hasContent("done");
  }

  @Test
  void aKilledChildIsReportedWithItsSignal() {
    assertThatThrownBy(() -> run(60, "sh", "-c", "kill -SEGV $$"))
        .isInstanceOf(GraphFileException.class)
        .hasMessage("the child process was ended by signal 11 (SIGSEGV); nothing was compared");
  }

  @Test
  void theSignalOfACrashIsTakenFromItsReport() throws IOException {
    Files.writeString(folder.resolve("crash.log"), "# A fatal error\n#  SIGSEGV (0xb) at pc=1\n");
    assertThatThrownBy(() -> run(60, "sh", "-c", "exit 134"))
        .hasMessageContaining("TensorFlow crashed the child process (SIGSEGV (0xb) at pc=1)");
  }

  @Test
  void aChildThatFailsIsQuoted() {
    assertThatThrownBy(() -> run(60, "sh", "-c", "echo first; echo OutOfMemoryError; exit 3"))
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("it said: OutOfMemoryError")
        .hasMessageContaining("--heap");
  }

  @Test
  void aChildThatNeverEndsIsKilled() {
    // Standard input stays open and empty, so that cat reads for ever.
    assertThatThrownBy(() -> run(1, "cat"))
        .hasMessage(
            "the child process had not ended after 1 s and was killed; nothing was compared;"
                + " give more time with --timeout, or less");
  }
}
