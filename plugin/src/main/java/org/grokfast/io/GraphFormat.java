package org.grokfast.io;

import java.util.List;
import java.util.Optional;

/**
 * A format of training graphs. An implementation is listed in {@code
 * META-INF/services/org.grokfast.io.GraphFormat}; nothing else has to know it.
 *
 * <p>All listed formats are asked about every file, so recognising one should load little. A public
 * constructor without parameters is needed.
 */
public interface GraphFormat {

  /** The forms of its files, as {@code --format} spells them: {@code graph-def}. */
  List<String> forms();

  /**
   * Reads content that has this format, and checks its structure.
   *
   * @return empty if it is of another format, by its content or by {@link ReadOptions#form}
   * @throws GraphFileException if it is of this format but damaged, beyond the limits or malformed
   */
  Optional<ModelFile> read(GraphContent content, ReadOptions options);

  /**
   * What to tell the user about content that has no known format.
   *
   * @return empty if this format has nothing to say
   */
  default Optional<GraphFileException> explain(GraphContent content, ReadOptions options) {
    return Optional.empty();
  }
}
