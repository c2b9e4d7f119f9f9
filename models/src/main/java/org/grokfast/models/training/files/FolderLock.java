package org.grokfast.models.training.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.grokfast.models.TrainingException;

/**
 * A folder that one process has for itself: a lock of the operating system on the file {@code
 * .lock} in it. It goes with the process, however that ends, so that what a killed one leaves keeps
 * nobody out. The file stays.
 */
public final class FolderLock implements AutoCloseable {
  /** The file that is locked. */
  static final String NAME = ".lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes a folder, and makes it if there is none.
   *
   * @return nothing if it is taken, by this process or another
   * @throws TrainingException if it is a file
   * @throws UncheckedIOException if it can't be made or locked
   */
  public static Optional<FolderLock> take(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new TrainingException(
          "the output folder " + folder + " is a file; choose another folder");
    }
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        // Another thread of this process has it.
        lock = null;
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      return lock == null ? Optional.empty() : Optional.of(new FolderLock(channel));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock the folder " + folder, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock", e);
    }
  }
}
