package org.grokfast.tools.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The shell that limits children, where there is one and where there is none. */
class ChildShellTest {
  private static final ChildLimits LIMITS = new ChildLimits(64, 5, 300, 3);

  @Test
  void withoutAShellNothingStandsBeforeTheProgramAndANoticeSaysWhatIsNotLimited(
      @TempDir Path folder) {
    ChildShell none = new ChildShell(folder.resolve("sh"));
    assertThat(none.words(LIMITS)).isEmpty();
    assertThat(none.notice().orElseThrow())
        .startsWith("note: there is no " + folder.resolve("sh") + " here")
        .endsWith(
            "only the time (--timeout) and the Java heap (--heap) are limited, not its memory and"
                + " files");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void aShellGetsTheLimitsInItsOwnUnitsAndIsWorthNoLine() {
    ChildShell shell = new ChildShell(Path.of("/bin/sh"));
    assertThat(shell.words(LIMITS))
        .startsWith("/bin/sh", "-c")
        .endsWith("grokfast", Long.toString(3 * 1024 * 1024 / 512), Long.toString(300 * 1024));
    assertThat(shell.notice()).isEmpty();
  }
}
