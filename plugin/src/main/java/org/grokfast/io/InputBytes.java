package org.grokfast.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Gets the bytes of files and streams, never more than the limit. */
public final class InputBytes {
  private final ReadLimits limits;

  /** Reads at most as much as the limits allow. */
  public InputBytes(ReadLimits limits) {
    this.limits = limits;
  }

  /**
   * The content of a file.
   *
   * @throws GraphFileException if there is none, it can't be read or is longer than the limit
   */
  public byte[] of(Path path) {
    String source = path.toString();
    try {
      if (!Files.exists(path)) {
        throw missing(path);
      }
      if (!Files.isReadable(path)) {
        throw noPermission(source, null);
      }
      if (Files.isRegularFile(path)) {
        limits.checkBytes(source, Files.size(path));
      }
      try (InputStream in = Files.newInputStream(path)) {
        return of(in, source);
      }
    } catch (NoSuchFileException e) {
      throw new GraphFileException(missing(path).getMessage(), e);
    } catch (AccessDeniedException e) {
      throw noPermission(source, e);
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /**
   * What is left of a stream, which the caller closes.
   *
   * @throws GraphFileException if it can't be read or is longer than the limit
   */
  public byte[] of(InputStream in, String source) {
    int limit = (int) Math.min(limits.maxBytes(), ReadLimits.MAX_ARRAY);
    try {
      byte[] bytes = in.readNBytes(limit);
      if (bytes.length == limit && in.read() >= 0) {
        throw new GraphFileException(
            source
                + ": more than "
                + limit
                + " bytes, which is the limit"
                + (limit < ReadLimits.MAX_ARRAY
                    ? ". Raise it with --max-bytes if the source is trusted."
                    : " of a protobuf message."));
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /** The exception for a path at which there is nothing. */
  public static GraphFileException missing(Path path) {
    return new GraphFileException(
        path
            + ": no such file or folder."
            + OutputSiblings.notice(path).map(text -> " " + text).orElse("")
            + nearest(path)
                .map(name -> " Did you mean " + path.resolveSibling(name) + "?")
                .orElse(" Check the path."));
  }

  private static Optional<String> nearest(Path path) {
    Path name = path.getFileName();
    Path parent = path.toAbsolutePath().getParent();
    if (name == null || parent == null || !Files.isDirectory(parent)) {
      return Optional.empty();
    }
    try (var entries = Files.list(parent)) {
      return NearestName.of(
          name.toString(), entries.map(entry -> entry.getFileName().toString()).sorted());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The exception for a path that may not be read. */
  public static GraphFileException noPermission(String source, IOException cause) {
    return new GraphFileException(
        source + ": no permission to read it. Grant it with chmod, or run as its owner.", cause);
  }

  /** The exception for a path whose reading failed. */
  public static GraphFileException unreadable(String source, IOException cause) {
    return new GraphFileException(
        source
            + ": could not be read: "
            + Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName())
            + ".",
        cause);
  }
}
