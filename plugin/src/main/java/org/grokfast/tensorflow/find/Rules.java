package org.grokfast.tensorflow.find;

import java.util.List;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.tensorflow.graph.Program;

/** The rules for TensorFlow graphs. A new one is a file of its own and a line here. */
public final class Rules {
  /** All rules. Where two know the same node, what the earlier one says of it comes first. */
  public static final List<SiteRule<Program>> ALL =
      List.of(new ApplyRule(), new DataFlowRule(), new CustomOpRule());

  private Rules() {}
}
