package org.grokfast.onnx.find;

import java.util.List;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.rewrite.SiteRule;

/** The rules for ONNX models. A new one is a file of its own and a line here. */
final class Rules {
  /** All rules. Sites are filtered, and their state is listed, in this order. */
  static final List<SiteRule<TrainingModel>> ALL =
      List.of(
          new OptimizerNodeRule(),
          new AccumulatorRule(),
          new TrainingInfoRule(),
          new UpdateBindingRule(),
          new PlainStepRule(),
          new NamedGradientRule());

  private Rules() {}
}
