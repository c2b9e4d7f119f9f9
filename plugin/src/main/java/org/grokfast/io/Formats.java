package org.grokfast.io;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The formats of training graphs that the program knows: those listed in {@code
 * META-INF/services/org.grokfast.io.GraphFormat}, one line each. They are asked in that order.
 */
public final class Formats {
  private Formats() {}

  private static final class Listed {
    static final List<GraphFormat> FORMATS =
        ServiceLoader.load(GraphFormat.class, GraphFormat.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
  }

  /** The forms of all formats, as {@code --format} spells them, in alphabetical order. */
  public static List<String> forms() {
    return Listed.FORMATS.stream().flatMap(format -> format.forms().stream()).sorted().toList();
  }

  /**
   * Reads a file or folder of whatever format, and checks its structure.
   *
   * @throws GraphFileException if it can't be read, has no known format, is damaged or malformed;
   *     with what to do
   */
  public static ModelFile read(Path path, ReadOptions options) {
    return read(GraphContent.of(path, options.limits()), options);
  }

  /**
   * Reads a stream to its end; the caller closes it.
   *
   * @param source the stream's name for messages
   * @throws GraphFileException as for a path
   */
  public static ModelFile read(InputStream in, String source, ReadOptions options) {
    return read(GraphContent.of(in, source, options.limits()), options);
  }

  /**
   * Reads content.
   *
   * @throws GraphFileException as for a path
   */
  public static ModelFile read(GraphContent content, ReadOptions options) {
    return find(content, options)
        .orElseThrow(
            () ->
                Listed.FORMATS.stream()
                    .flatMap(format -> format.explain(content, options).stream())
                    .findFirst()
                    .orElseGet(
                        () -> new GraphFileException(content.source() + ": not a graph file.")));
  }

  /**
   * Reads content; empty if it has none of the formats.
   *
   * @throws GraphFileException if it is no graph but something else that is known, or has one of
   *     the formats and is damaged or malformed
   */
  public static Optional<ModelFile> find(GraphContent content, ReadOptions options) {
    if (!content.isFolder()) {
      ForeignContent.of(content.bytes(), content.source())
          .ifPresent(
              fault -> {
                throw new GraphFileException(content.source() + ": " + fault);
              });
    }
    for (GraphFormat format : Listed.FORMATS) {
      Optional<ModelFile> file = format.read(content, options);
      if (file.isPresent()) {
        return file;
      }
    }
    return Optional.empty();
  }
}
