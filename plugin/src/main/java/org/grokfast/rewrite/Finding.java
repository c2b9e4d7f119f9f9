package org.grokfast.rewrite;

import java.util.Optional;

/**
 * What a rule says of a node that looks like an optimizer's update: an {@link UpdateSite} or a
 * {@link NearMiss}, and nothing else.
 */
public interface Finding {
  /** The name of the rule that examined the node. */
  String rule();

  /** The node that takes the gradient or would, spelled as in the graph or function it is in. */
  String anchor();

  /** The function that it is in; empty for the main graph. */
  Optional<CallPath> place();

  /** The same, spelled alike but in a function. */
  Finding at(CallPath function);

  /** The name of the function that it is in; empty for the main graph. */
  default String function() {
    return place().map(CallPath::function).orElse("");
  }
}
