package org.grokfast.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Renames that outlast a power failure. A rename alone may reach the disk before what is in the
 * file, which then is empty or cut under its final name; so the content is synced first, and the
 * folder that holds the name afterwards.
 */
public final class DurableFiles {
  private DurableFiles() {}

  /**
   * Gives a finished file, or a folder with all that is in it, its place in one step. A file that
   * has the name already is replaced.
   *
   * @param from what was written, in the same file system; not open any more
   * @param to its place
   * @throws IOException if it can't be synced or renamed; the name is then as it was
   */
  public static void rename(Path from, Path to) throws IOException {
    syncTree(from);
    renameSynced(from, to);
  }

  /** The same for what {@link #syncTree} has synced already. */
  static void renameSynced(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(to.toAbsolutePath().getParent());
  }

  /** Makes sure that a file's content, or the names in a folder, have reached the disk. */
  static void sync(Path path) throws IOException {
    boolean isFolder = Files.isDirectory(path);
    try (FileChannel channel =
        FileChannel.open(path, isFolder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      // Some file systems have no such thing as syncing a folder.
      if (!isFolder) {
        throw e;
      }
    }
  }

  /** Syncs a file, or a folder with all that is in it; links are not followed. */
  static void syncTree(Path root) throws IOException {
    try (var tree = Files.walk(root)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        if (!Files.isSymbolicLink(path) && (isFile(path) || Files.isDirectory(path))) {
          sync(path);
        }
      }
    }
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}
