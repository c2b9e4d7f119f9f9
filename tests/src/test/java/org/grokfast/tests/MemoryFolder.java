package org.grokfast.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary folders in memory, where the system keeps files there and has room. A test that writes
 * thousands of files, each of which is synced, waits for the disk most of its time otherwise.
 */
public final class MemoryFolder implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");

  /** Containers have 64 MiB by default, which two tests at once might fill. */
  private static final long ROOM = 256L << 20;

  private static final String PREFIX = "grokfast-";

  /** A new folder, which the caller deletes. */
  public static Path create() throws IOException {
    return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM
        ? Files.createTempDirectory(MEMORY, PREFIX)
        : Files.createTempDirectory(PREFIX);
  }

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws IOException {
    return create();
  }
}
