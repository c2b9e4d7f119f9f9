package org.grokfast.tensorflow.find;

import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.Finding;
import org.grokfast.tensorflow.graph.Program;

/** One way in which an optimizer takes a gradient. */
interface SiteRule {
  /**
   * Examines a main graph and the functions that it calls.
   *
   * @return the sites, and what looks like one and why it is none, by the function that they are
   *     in; the main graph has the empty name
   */
  Map<String, List<Finding>> find(Program program);
}
