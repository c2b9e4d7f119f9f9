package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.grokfast.tools.console.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The archive of class data that the build makes for the JVMs that tests start. */
@Tag("process")
class ClassArchiveTest {
  @Test
  void childrenTakeTheClassesOfJarsFromTheArchive() throws Exception {
    assumeTrue(!ChildJvm.options().isEmpty(), "the build made no archive for this JVM");
    ProcessBuilder version = ForkedCli.builder("--version");
    version.command().add(1, "-Xlog:class+load");
    List<String> loaded =
        ForkedCli.run(version).lines().stream().filter(line -> line.contains("picocli.")).toList();
    assertThat(loaded).isNotEmpty();
    assertThat(loaded).filteredOn(line -> line.contains("source: shared")).hasSizeGreaterThan(50);
  }
}
