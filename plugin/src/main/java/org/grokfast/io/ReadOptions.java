package org.grokfast.io;

import java.util.Optional;
import java.util.Set;

/**
 * How a file is read.
 *
 * @param limits how much it may hold
 * @param form the form that it is taken to have, as {@link GraphFormat#forms()} spells it; empty to
 *     recognise it by its content
 * @param tags of a file with several graphs, the tags of the one that is meant; empty for the only
 *     one
 */
public record ReadOptions(ReadLimits limits, Optional<String> form, Set<String> tags) {
  /** Recognise the form, within the default limits. */
  public static final ReadOptions DEFAULTS =
      new ReadOptions(ReadLimits.DEFAULTS, Optional.empty(), Set.of());

  /** Makes the set immutable. */
  public ReadOptions {
    tags = Set.copyOf(tags);
  }

  /**
   * Refuses tags for a file that holds one graph.
   *
   * @param described what the file is, with its article
   * @throws GraphFileException if there are tags
   */
  public void requireNoTags(String source, String described) {
    if (!tags.isEmpty()) {
      throw new GraphFileException(
          source
              + ": --tags chooses a graph of a SavedModel, and this is "
              + described
              + ". Leave --tags out.");
    }
  }
}
