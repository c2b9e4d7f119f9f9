package org.grokfast.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  /** Renames of finished output that do not go through {@link DurableFiles}. */
  private static final Pattern RENAME = Pattern.compile("Files\\.move\\([^;]*ATOMIC_MOVE");

  @TempDir private Path folder;

  @Test
  void aFileTakesThePlaceOfAnother() throws IOException {
    Path from = Files.writeString(folder.resolve("new"), "new");
    Path to = Files.writeString(folder.resolve("old"), "old");
    DurableFiles.rename(from, to);
    assertThat(to).hasContent("new");
    assertThat(from).doesNotExist();
  }

  @Test
  void aFolderIsRenamedWithAllThatIsInIt() throws IOException {
    Path from = Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(from.resolve("file"), "content");
    Files.createSymbolicLink(from.resolve("link"), folder.resolve("nowhere"));
    DurableFiles.rename(folder.resolve("a"), folder.resolve("c"));
    assertThat(folder.resolve("c/b/file")).hasContent("content");
  }

  @Test
  void whatCannotBeRenamedLeavesTheNameAsItWas() throws IOException {
    Path to = Files.writeString(folder.resolve("old"), "old");
    assertThatThrownBy(() -> DurableFiles.rename(folder.resolve("missing"), to))
        .isInstanceOf(IOException.class);
    assertThat(to).hasContent("old");
  }

  @Test
  void everyRenameOfAnOutputSyncsFirst() throws IOException {
    Path root = Path.of(System.getProperty("grokfast.root", "..")).toAbsolutePath().normalize();
    List<String> others;
    try (Stream<Path> files = Files.walk(root)) {
      others =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains("/src/main/"))
              .filter(file -> RENAME.matcher(text(file)).find())
              .map(file -> file.getFileName().toString())
              .sorted()
              .toList();
    }
    // AtomicOutput moves the old version out of the way, and back.
    assertThat(others).containsExactly("AtomicOutput.java", "DurableFiles.java");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
