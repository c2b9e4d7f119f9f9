package org.grokfast.tensorflow.rules;

import org.grokfast.rewrite.SiteRule;
import org.grokfast.rules.RuleTest;
import org.grokfast.tensorflow.graph.Program;
import org.tensorflow.proto.GraphDef;

/** The test of one rule for TensorFlow graphs. */
public abstract class TensorFlowRuleTest extends RuleTest<GraphDef> {
  /** A test of a rule. */
  protected TensorFlowRuleTest(SiteRule<Program> rule) {
    this(rule.name(), rule.description());
  }

  /** A test of what is no rule but makes sites. */
  protected TensorFlowRuleTest(String name, String description) {
    super(new TensorFlowForm(), name, description);
  }
}
