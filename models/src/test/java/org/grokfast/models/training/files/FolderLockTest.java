package org.grokfast.models.training.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir private Path folder;

  @Test
  void aFolderIsTakenOnce() {
    Path run = folder.resolve("run");
    try (FolderLock first = FolderLock.take(run).orElseThrow()) {
      assertThat(first).isNotNull();
      assertThat(FolderLock.take(run)).isEmpty();
      assertThatThrownBy(() -> OutputFolder.lock(run))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("another run writes into " + run);
    }
    Optional<FolderLock> second = FolderLock.take(run);
    assertThat(second).isPresent();
    second.get().close();
  }

  @Test
  void aFileThatAnEarlierRunLeftKeepsNobodyOut() throws IOException {
    Files.writeString(folder.resolve(FolderLock.NAME), "");
    OutputFolder.lock(folder).close();
    assertThat(OutputFolder.create(folder).path()).isEqualTo(folder);
  }

  @Test
  @Tag("process")
  void theLockOfAKilledProcessIsGone() throws IOException, InterruptedException {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('L');
      assertThat(FolderLock.take(folder)).isEmpty();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    Optional<FolderLock> lock = FolderLock.take(folder);
    assertThat(lock).isPresent();
    lock.get().close();
  }

  /** Takes a folder and holds it until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (FolderLock lock = FolderLock.take(Path.of(args[0])).orElseThrow()) {
        System.out.write(lock == null ? '-' : 'L');
        System.out.flush();
        System.in.read();
      }
    }
  }
}
