package org.grokfast.io;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is at a path or comes from a stream, before it is known which format it has: the bytes of a
 * file, or a folder. Immutable as long as nobody writes to {@link #bytes}.
 */
public final class GraphContent {
  private final String source;
  private final Optional<Path> path;
  private final boolean folder;
  private final byte[] bytes;

  private GraphContent(String source, Optional<Path> path, boolean folder, byte[] bytes) {
    this.source = source;
    this.path = path;
    this.folder = folder;
    this.bytes = bytes;
  }

  /**
   * The content of a file, or a folder, of which nothing is read yet.
   *
   * @throws GraphFileException if there is no such file, it can't be read or is too long
   */
  public static GraphContent of(Path path, ReadLimits limits) {
    boolean folder = Files.isDirectory(path);
    byte[] bytes = folder ? new byte[0] : new InputBytes(limits).of(path);
    return new GraphContent(path.toString(), Optional.of(path), folder, bytes);
  }

  /**
   * A stream, read to its end; the caller closes it.
   *
   * @param source the stream's name for messages
   * @throws GraphFileException if it can't be read or is too long
   */
  public static GraphContent of(InputStream in, String source, ReadLimits limits) {
    return new GraphContent(source, Optional.empty(), false, new InputBytes(limits).of(in, source));
  }

  /**
   * Bytes, which must not change afterwards.
   *
   * @param source their name for messages
   * @throws GraphFileException if they are too many
   */
  public static GraphContent of(byte[] bytes, String source, ReadLimits limits) {
    limits.checkBytes(source, bytes.length);
    return new GraphContent(source, Optional.empty(), false, bytes);
  }

  /** The name of where it comes from, for messages. */
  public String source() {
    return source;
  }

  /** The file or folder; empty for a stream. */
  public Optional<Path> path() {
    return path;
  }

  /** Whether it is a folder. */
  public boolean isFolder() {
    return folder;
  }

  /** The content of the file itself, no copy, which is not to be written to. */
  public byte[] bytes() {
    return bytes;
  }
}
