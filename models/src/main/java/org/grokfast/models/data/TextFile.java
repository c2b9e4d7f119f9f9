package org.grokfast.models.data;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.grokfast.models.TrainingException;

/** Text in UTF-8, compressed with gzip where the name ends in {@code .gz}. */
public final class TextFile {
  private TextFile() {}

  /** What is done with the text. */
  @FunctionalInterface
  public interface Consumer<T> {
    /** Reads what it needs. */
    T read(BufferedReader reader) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @throws TrainingException if it isn't compressed as its name says, or was cut off
   */
  public static <T> T read(Path file, Consumer<T> consumer) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in =
            file.toString().endsWith(CheckedFile.COMPRESSED) ? new GZIPInputStream(raw) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return consumer.read(reader);
    } catch (EOFException e) {
      throw new TrainingException(
          "'" + file + "' ends amid the compressed data: it was cut off. Fetch it again", e);
    } catch (ZipException e) {
      throw new TrainingException("'" + file + "' is no gzip file, or a damaged one", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
