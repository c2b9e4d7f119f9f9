package org.grokfast.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The soak for seconds. Its counts are exact however short it is; memory that fills up in the first
 * minutes is judged by {@link SoakBenchmark}.
 */
@Tag("native")
@Tag("process")
class SoakTest {
  /** A leak of one session's pools or graph a round, some 100 kB, would be more. */
  private static final double SHORT_GROWTH = 0.1;

  @TempDir Path folder;

  @BeforeEach
  void needLinux() {
    assumeTrue(Sample.isPossible(), "counts memory and handles in /proc, which is not here");
  }

  @Test
  void roundsOfWrappingAndClosingLeaveNothingBehind() throws IOException, InterruptedException {
    assertNothingIsLeft(Soak.run(SoakProgram.ROUNDS, 40));
  }

  @Test
  void trainingLeavesNothingBehind() throws IOException, InterruptedException {
    Soak soak = Soak.run(SoakProgram.TRAINING, 4, folder.resolve("run"));
    assertThat(soak.last().done()).isGreaterThan(10);
    assertNothingIsLeft(soak);
  }

  private static void assertNothingIsLeft(Soak soak) {
    assertThat(soak.newHandles()).as(soak.toRow()).isLessThanOrEqualTo(Soak.KEPT_HANDLES);
    assertThat(soak.last().natives()).as(soak.toRow()).isLessThanOrEqualTo(soak.first().natives());
    assertThat(soak.last().nativeBytes()).isLessThanOrEqualTo(soak.first().nativeBytes());
    assertThat(soak.growth()).as(soak.toRow()).isLessThan(SHORT_GROWTH);
  }
}
