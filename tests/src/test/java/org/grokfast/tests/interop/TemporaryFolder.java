package org.grokfast.tests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.grokfast.tests.MemoryFolder;

/** A folder that is gone afterwards, for tests that need one for each of many runs. */
record TemporaryFolder(Path path) implements AutoCloseable {
  static TemporaryFolder create() {
    try {
      return new TemporaryFolder(MemoryFolder.create());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
