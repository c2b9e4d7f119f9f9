package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The first session of a process decides how many threads TensorFlow's kernels have in all later
 * ones, so that wrapping must not make it.
 */
@Tag("native")
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "counts threads in /proc")
class SessionThreadsTest {
  @Test
  void aWrappedGraphsSessionHasTheThreadsThatTheProgramAsksFor() throws Exception {
    // The JVM's own differ by one or two from run to run.
    assertThat(threadsWith(41) - threadsWith(1)).isCloseTo(40, within(5));
  }

  private static int threadsWith(int threads) throws Exception {
    Cli.Run run = ForkedCli.run(ForkedCli.builder(SessionThreads.class, threads));
    assertThat(run.code()).as(run.err()).isZero();
    return Integer.parseInt(run.out().strip());
  }
}
