package org.grokfast.models.training.files;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.io.DurableFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that appear whole: written beside their place and then renamed. */
public final class AtomicFiles {
  private static final Logger LOGGER = LoggerFactory.getLogger(AtomicFiles.class);

  private AtomicFiles() {}

  /** Writes text. */
  @FunctionalInterface
  interface Text {
    void writeTo(Writer out) throws IOException;
  }

  /** Writes bytes. */
  @FunctionalInterface
  public interface Bytes {
    void writeTo(OutputStream out) throws IOException;
  }

  static void replace(Path file, Text text) {
    replaceBytes(
        file,
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          text.writeTo(writer);
          writer.flush();
        });
  }

  public static void replaceBytes(Path file, Bytes bytes) {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        bytes.writeTo(out);
      }
      DurableFiles.rename(temporary, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } finally {
      discard(temporary);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      LOGGER.warn("{} was left behind", temporary, e);
    }
  }
}
