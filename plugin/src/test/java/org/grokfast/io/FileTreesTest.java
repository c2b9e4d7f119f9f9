package org.grokfast.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes with a folder, and what stays. */
class FileTreesTest {
  @TempDir Path folder;

  @Test
  void whatALinkLeadsToStays() throws IOException {
    Path kept = Files.writeString(Files.createDirectory(folder.resolve("kept")).resolve("a"), "a");
    Path deleted = Files.createDirectories(folder.resolve("deleted"));
    Files.writeString(Files.createDirectory(deleted.resolve("inner")).resolve("b"), "b");
    Files.createSymbolicLink(deleted.resolve("link"), kept.getParent());
    FileTrees.delete(deleted);
    assertThat(deleted).doesNotExist();
    assertThat(kept).hasContent("a");
  }

  @Test
  void whatIsNotThereIsNoFault() throws IOException {
    FileTrees.delete(folder.resolve("none"));
    assertThat(folder).isEmptyDirectory();
  }
}
