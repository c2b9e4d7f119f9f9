package org.grokfast.tensorflow.find;

import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.Finding;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.flow.RoleAnalysis;
import org.grokfast.tensorflow.graph.Program;

/**
 * An optimizer written in plain ops: Keras 3, TensorFlow Java's Nadam, sparse Adam of TensorFlow 1,
 * or {@code assign_sub(w, rate · gradient)} by hand.
 *
 * <pre>
 *   before:  gradient ──┬─▶ Sub(·, m) … AssignAdd(m, …)          after:  gradient ─▶ filter ──┬─▶ …
 *                       └─▶ Square … AssignAdd(v, …)                                          └─▶ …
 *                             AssignSub(w, m / √v)
 * </pre>
 *
 * The gradient is found by data flow: it is the last tensor that alone separates the data from the
 * update of the variable and of its slots, and into which neither a rate nor a slot has flowed
 * ({@link RoleAnalysis}). Only those of its takers that serve this one variable get the filtered
 * gradient: the backward pass, norms and tests for overflow keep the raw one. A variable whose
 * update does not depend on its own value through the model is not trained: moving averages,
 * metrics, averaged weights.
 */
final class DataFlowRule implements SiteRule {
  static final String NAME = "data-flow";

  @Override
  public Map<String, List<Finding>> find(Program program) {
    return InlinedFlow.of(program).map(flow -> new DataFlowSearch(flow).found()).orElse(Map.of());
  }
}
