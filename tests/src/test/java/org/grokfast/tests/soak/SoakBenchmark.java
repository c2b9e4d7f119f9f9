package org.grokfast.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A soak: ten minutes of training, and 2,000 rounds of wrapping a graph, opening a session, a step
 * and closing both, some ten minutes more. Resident memory has to stay within 2 %, and no file
 * handle, thread or native object may be left. No part of the build; {@link SoakTest} is. Run it
 * with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=SoakBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * and with {@code -Dgrokfast.soak.minutes=60} for another time of training.
 */
@Tag("native")
@Tag("process")
class SoakBenchmark {
  private static final double LARGEST_GROWTH = 0.02;
  private static final int ROUNDS = 2_000;
  private static final int MINUTES = Integer.getInteger("grokfast.soak.minutes", 10);

  @TempDir Path folder;

  @BeforeEach
  void needLinux() {
    assumeTrue(Sample.isPossible(), "counts memory and handles in /proc, which is not here");
  }

  @ParameterizedTest
  @ValueSource(strings = {SoakProgram.TRAINING, SoakProgram.ROUNDS})
  void memoryStaysFlatAndNothingIsLeft(String part) throws IOException, InterruptedException {
    Soak soak =
        part.equals(SoakProgram.TRAINING)
            ? Soak.run(part, 60 * MINUTES, folder)
            : Soak.run(part, ROUNDS);
    soak.samples().forEach(sample -> System.out.println(sample.toLine()));
    System.out.println(
        "| part | done | resident | handles | threads | native objects |\n"
            + "| --- | --- | --- | --- | --- | --- |\n"
            + soak.toRow());
    assertThat(soak.growth()).as(soak.toRow()).isLessThan(LARGEST_GROWTH);
    assertThat(soak.newHandles()).as("handles").isLessThanOrEqualTo(Soak.KEPT_HANDLES);
    assertThat(soak.last().threads()).as("threads").isLessThanOrEqualTo(soak.first().threads());
    assertThat(soak.last().natives()).as("natives").isLessThanOrEqualTo(soak.first().natives());
    assertThat(soak.last().nativeBytes()).isLessThanOrEqualTo(soak.first().nativeBytes());
  }
}
