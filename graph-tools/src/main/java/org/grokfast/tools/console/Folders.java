package org.grokfast.tools.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.io.FileTrees;

/** Folders that a verb makes for itself. */
public final class Folders {
  private Folders() {}

  /** Removes a folder with everything in it; links are removed, not followed. */
  public static void delete(Path folder) {
    try {
      FileTrees.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the temporary folder " + folder, e);
    }
  }

  /** Moves what is in a folder one level up, and removes the folder. */
  public static void dissolve(Path folder) throws IOException {
    List<Path> entries;
    try (Stream<Path> listed = Files.list(folder)) {
      entries = listed.toList();
    }
    for (Path entry : entries) {
      Files.move(entry, folder.resolveSibling(entry.getFileName()));
    }
    Files.delete(folder);
  }
}
