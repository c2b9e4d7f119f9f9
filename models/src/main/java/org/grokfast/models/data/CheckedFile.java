package org.grokfast.models.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.grokfast.models.TrainingException;

/**
 * A file whose content is known beforehand. It may lie in a folder as it is or compressed, with the
 * ending {@value #COMPRESSED}.
 *
 * @param name the file's name, without that ending
 * @param bytes its size, uncompressed
 * @param sha256 the SHA-256 of its content, uncompressed, in lower-case hexadecimal
 */
public record CheckedFile(String name, int bytes, String sha256) {
  /** The ending of a compressed file. */
  public static final String COMPRESSED = ".gz";

  private static final int BUFFER = 1 << 16;

  /** What is wrong with a content, as the rest of a sentence. */
  static final class WrongContentException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongContentException(String message) {
      super(message);
    }
  }

  /** Where the file lies in a folder, plain or compressed; empty if it doesn't. */
  public Optional<Path> in(Path folder) {
    Path plain = folder.resolve(name);
    if (Files.isRegularFile(plain)) {
      return Optional.of(plain);
    }
    Path compressed = folder.resolve(name + COMPRESSED);
    return Files.isRegularFile(compressed) ? Optional.of(compressed) : Optional.empty();
  }

  /**
   * Reads and checks the content.
   *
   * @param file a path that {@link #in} gave
   * @throws TrainingException if the content is not what it has to be; the message says how
   */
  public byte[] read(Path file) {
    try {
      return content(file);
    } catch (WrongContentException e) {
      throw new TrainingException(
          "'" + file + "' " + e.getMessage() + ". Remove it and fetch it again", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Whether a file, whatever its name, has this content. */
  public boolean isContentOf(Path file) {
    try {
      content(file);
      return true;
    } catch (WrongContentException | IOException e) {
      return false;
    }
  }

  byte[] content(Path file) throws WrongContentException, IOException {
    byte[] content = atMostOneByteMore(file);
    if (content.length < bytes) {
      throw new WrongContentException(
          "holds " + content.length + " bytes, expected " + bytes + ": it was cut off");
    }
    if (content.length > bytes) {
      throw new WrongContentException("holds more than the " + bytes + " bytes expected");
    }
    String actual = sha256(content);
    if (!actual.equals(sha256)) {
      throw new WrongContentException("has the SHA-256 " + actual + ", expected " + sha256);
    }
    return content;
  }

  private byte[] atMostOneByteMore(Path file) throws WrongContentException, IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in =
            file.toString().endsWith(COMPRESSED) ? new GZIPInputStream(raw, BUFFER) : raw) {
      return in.readNBytes(bytes + 1);
    } catch (EOFException e) {
      throw new WrongContentException("ends amid the compressed data: it was cut off");
    } catch (ZipException e) {
      throw new WrongContentException("is no gzip file, or a damaged one");
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
