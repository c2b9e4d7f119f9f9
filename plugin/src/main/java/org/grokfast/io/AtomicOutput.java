package org.grokfast.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a file or folder in its place in one step: it is written whole under a hidden name in the
 * same folder, synced to disk and renamed. Whatever goes wrong before, the old output stays whole
 * and the unfinished one is removed.
 *
 * <p>A run that is killed leaves its hidden file or folder; the next run with the same output
 * removes it, if no process owns it any more.
 *
 * <p>Replacing a folder takes two renames, as no file system swaps folders everywhere. A run that
 * is killed between the two leaves the old folder under a hidden name that later messages state.
 */
public final class AtomicOutput {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicOutput.class);

  private final Path target;
  private final Overwrite overwrite;

  /**
   * An output to a path.
   *
   * @param target the file or folder; the folder above it has to exist
   */
  public AtomicOutput(Path target, Overwrite overwrite) {
    this.target = target;
    this.overwrite = overwrite;
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface FileContent {
    /** Writes all of it; the stream is buffered and closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes the content of a folder. */
  @FunctionalInterface
  public interface FolderContent {
    /** Writes all of it into a folder that exists and is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes a file. A symbolic link is followed to the file it leads to; the permissions of a
   * replaced file are kept.
   *
   * @throws GraphFileException if it exists and may not be replaced, or can't be written
   */
  public void writeFile(FileContent content) {
    Path place = place();
    if (Files.isDirectory(place)) {
      throw new GraphFileException(target + ": this is a folder. Give the path of a file.");
    }
    if (Files.exists(place) && !Files.isRegularFile(place)) {
      throw new GraphFileException(
          target + ": not a regular file, so it can't be replaced. Use - for standard output.");
    }
    refuseExisting(place);
    OutputSiblings siblings = OutputSiblings.of(place);
    OutputSiblings.removeStale(place);
    Path temporary = siblings.temporary();
    try {
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
        content.writeTo(out);
      }
      keepPermissions(place, temporary);
      DurableFiles.syncTree(temporary);
      refuseExisting(place);
      DurableFiles.renameSynced(temporary, place);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      discard(temporary);
    }
  }

  /**
   * Writes a folder. Only a folder of the same kind or an empty one is ever replaced.
   *
   * @param kind what the folder is
   * @throws GraphFileException if it exists and may not be replaced, or can't be written
   */
  public void writeFolder(FolderKind kind, FolderContent content) {
    Path place = place();
    refuseExisting(place);
    boolean replaces = Files.exists(place);
    if (replaces) {
      requireReplaceable(kind, place);
    }
    OutputSiblings.notice(place)
        .ifPresent(
            notice -> {
              throw new GraphFileException(target + ": does not exist. " + notice);
            });
    OutputSiblings siblings = OutputSiblings.of(place);
    OutputSiblings.removeStale(place);
    Path temporary = siblings.temporary();
    try {
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      DurableFiles.syncTree(temporary);
      refuseExisting(place);
      if (replaces) {
        replace(place, siblings);
      } else {
        DurableFiles.renameSynced(temporary, place);
      }
    } catch (IOException e) {
      throw failed(e);
    } finally {
      discard(temporary);
    }
    discard(siblings.old());
  }

  private static void replace(Path place, OutputSiblings siblings) throws IOException {
    Files.move(place, siblings.old(), StandardCopyOption.ATOMIC_MOVE);
    try {
      DurableFiles.renameSynced(siblings.temporary(), place);
    } catch (IOException e) {
      moveBack(siblings.old(), place);
      throw e;
    }
  }

  private static void moveBack(Path old, Path place) {
    try {
      Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new GraphFileException(
          place
              + ": could not be replaced, and its previous version is now "
              + old
              + ". Rename it back.",
          e);
    }
  }

  /** The path that is replaced in the end: a link stays, and what it leads to is replaced. */
  private Path place() {
    try {
      return Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
    } catch (IOException e) {
      throw InputBytes.unreadable(target.toString(), e);
    }
  }

  private void refuseExisting(Path place) {
    if (overwrite == Overwrite.REFUSE && Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new GraphFileException(
          target + ": already exists. Choose another output, or replace it with --force.");
    }
  }

  private void requireReplaceable(FolderKind kind, Path place) {
    if (!Files.isDirectory(place)) {
      throw new GraphFileException(
          target
              + ": this is a file, but "
              + kind.label()
              + " is a folder. Choose another output.");
    }
    try (var entries = Files.list(place)) {
      if (!kind.isOne().test(place) && entries.findAny().isPresent()) {
        throw new GraphFileException(
            target
                + ": holds something other than "
                + kind.label()
                + " and is not replaced, not even with --force. Choose another output, or empty it.");
      }
    } catch (IOException e) {
      throw InputBytes.unreadable(target.toString(), e);
    }
  }

  private static void keepPermissions(Path from, Path to) {
    try {
      if (Files.exists(from)) {
        Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{}: permissions were not kept", from, e);
    }
  }

  private GraphFileException failed(IOException cause) {
    return new GraphFileException(
        target
            + ": could not be written: "
            + Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName())
            + ". Nothing was changed. Check free space and permissions.",
        cause);
  }

  private static void discard(Path path) {
    try {
      FileTrees.delete(path);
    } catch (IOException e) {
      LOG.warn("{} could not be removed and may be deleted: {}", path, e.getMessage());
    }
  }
}
