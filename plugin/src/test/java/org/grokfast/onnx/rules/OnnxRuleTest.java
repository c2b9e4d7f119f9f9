package org.grokfast.onnx.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rules.RuleForm;
import org.grokfast.rules.RuleTest;

/** The test of one rule for ONNX models. */
public abstract class OnnxRuleTest extends RuleTest<ModelProto> {
  /** A test of a rule for models by themselves. */
  protected OnnxRuleTest(SiteRule<?> rule) {
    this(new OnnxForm(), rule);
  }

  /** A test of what is no rule but makes sites. */
  protected OnnxRuleTest(String name, String description) {
    super(new OnnxForm(), name, description);
  }

  /** A test of a rule for the artifacts of ONNX Runtime. */
  protected OnnxRuleTest(RuleForm<ModelProto> form, SiteRule<?> rule) {
    super(form, rule.name(), rule.description());
  }

  @Override
  protected String page() {
    return "onnx-" + super.page();
  }
}
