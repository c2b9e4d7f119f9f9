package org.grokfast.tensorflow;

import java.util.Optional;
import org.grokfast.rewrite.Finding;

/** One way in which an optimizer takes a gradient. */
interface SiteRule {
  /**
   * Examines one node.
   *
   * @return the site, or why the node is not one though it looks so; empty for any other node
   */
  Optional<Finding> examine(TrainingGraph graph, int id);
}
