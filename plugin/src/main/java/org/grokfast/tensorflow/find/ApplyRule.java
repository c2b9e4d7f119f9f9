package org.grokfast.tensorflow.find;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.UpdateSinks;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A training op: {@code ApplyAdam}, {@code ResourceApplyMomentum}, {@code SparseApplyAdagrad} and
 * their kin.
 *
 * <pre>
 *   before:  gradient ───────────────────▶ ApplyAdam(w, …, grad)
 *   after:   gradient ──▶ filter ────────▶ ApplyAdam(w, …, grad)
 *
 *   before:  values, indices ────────────▶ SparseApplyAdagrad(w, …, grad, indices)
 *   after:   values, indices ▶ sum ▶ filter ▶ SparseApplyAdagrad(w, …, grad, 0 1 2 … rows−1)
 * </pre>
 *
 * A sparse op keeps its kind and gets every row: over all rows it computes what the dense one does.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A dense training op takes its gradient at the input that its definition names.
 *   <li>So does an op on a reference variable, with slots between the two.
 *   <li>What else takes the gradient keeps the raw one.
 *   <li>A sparse op keeps its kind and gets every row.
 *   <li>An op behind a {@code Switch} is filtered in the branch.
 *   <li>An op in a function is filtered where the function takes one variable in all calls.
 *   <li>A graph without a training op has no site.
 *   <li>{@code ApplyAdam} in the name of a node does not make it one.
 *   <li>An op that lacks its gradient is a near-miss.
 *   <li>An op on something that is no variable is a near-miss.
 *   <li>A variable of integers can't be filtered.
 *   <li>Nor can a variable of unknown shape.
 *   <li>A sparse op on a scalar is a near-miss.
 *   <li>An op in the frame of a loop is a near-miss.
 *   <li>An op in a function that is called with two variables is a near-miss.
 *   <li>An op in code that XLA compiles is a near-miss.
 * </ol>
 */
final class ApplyRule implements NodeRule {
  private static final String NAME = "apply-op";
  private static final int VARIABLE_INPUT = 0;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "training ops of TensorFlow, such as ApplyAdam and SparseApplyAdagrad";
  }

  @Override
  public Optional<Finding> examine(GraphIndex graph, int id) {
    OptionalInt dense = OpTable.denseGradientInput(graph.op(id));
    OptionalInt sparse = OpTable.sparseGradientInput(graph.op(id));
    if (dense.isEmpty() && sparse.isEmpty()) {
      return Optional.empty();
    }
    NodeDef node = graph.node(id);
    int input = dense.isPresent() ? dense.getAsInt() : sparse.getAsInt();
    int lastInput = dense.isPresent() ? input : input + 1;
    if (node.getInputCount() <= lastInput || TensorName.isControl(node.getInput(lastInput))) {
      return miss(
          node, Reason.of("takes its gradient at input " + input + ", which it does not have"));
    }
    Optional<VariableNode> variable = VariableNode.behind(graph, id, VARIABLE_INPUT);
    if (variable.isEmpty()) {
      return miss(
          node,
          Reason.of(
              "updates '"
                  + node.getInput(VARIABLE_INPUT)
                  + "'"
                  + VariableNode.unknown(graph, id, VARIABLE_INPUT)));
    }
    Optional<TrainedVariable> trained = variable.get().trained();
    if (trained.isEmpty()) {
      return miss(node, unsupported(variable.get()));
    }
    return Optional.of(
        new UpdateSite(
            trained.get(),
            node.getInput(input),
            List.of(new GradientEdge(node.getName(), input)),
            dense.isPresent() ? Optional.empty() : Optional.of(rows(node, lastInput)),
            new UpdateSite.Evidence(
                NAME, node.getOp() + " '" + node.getName() + "'", UpdateSinks.of(graph, id))));
  }

  private static UpdateSite.Rows rows(NodeDef node, int input) {
    boolean wide =
        node.getAttrOrDefault("Tindices", AttrValue.getDefaultInstance()).getType()
            == DataType.DT_INT64;
    return new UpdateSite.Rows(
        node.getInput(input), wide, List.of(new GradientEdge(node.getName(), input)));
  }

  private static Reason unsupported(VariableNode variable) {
    if (DataTypes.precision(variable.dtype()).isEmpty()) {
      return Reason.of(
          "variable '" + variable.name() + "' has type " + variable.dtype(),
          "float16, bfloat16, float32 and float64 can be filtered");
    }
    return Reason.of(
        "variable '"
            + variable.name()
            + "' has no fixed shape, so that no state of its shape can be made");
  }

  private static Optional<Finding> miss(NodeDef node, Reason reason) {
    return Optional.of(new NearMiss(node.getName(), NAME, reason));
  }
}
