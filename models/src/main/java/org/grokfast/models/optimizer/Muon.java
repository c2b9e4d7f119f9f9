package org.grokfast.models.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.MuonStep;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/**
 * Muon (K. Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"), as
 * {@code torch.optim.Muon} with its defaults: a matrix W becomes {@code W·(1 − r·decay)} less what
 * {@link MuonStep} gives, with the matrices' own rate r, which has the schedule of the others'.
 * Other variables are updated by {@link AdamW}.
 *
 * <p>torch takes the iteration in bfloat16, this in the format of the variable.
 */
public final class Muon extends AdamW {
  private static final String MOMENTUM = "momentum";

  private final MuonOptions muon;
  private final Pattern matrices;
  private Operand<TFloat64> matrixRate;

  /** An optimizer for the graph. */
  public Muon(Graph graph, AdamOptions options) {
    super(graph, "Muon", options);
    muon = options.muon();
    matrices = Pattern.compile(muon.matrices());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if none of them is a matrix that this optimizer takes
   */
  @Override
  protected void createSlots(List<Output<? extends TType>> variables) {
    if (variables.stream().noneMatch(this::takes)) {
      List<String> all = new ArrayList<>();
      variables.stream()
          .filter(variable -> variable.shape().numDimensions() == 2)
          .forEach(variable -> all.add(variable.op().name()));
      throw new IllegalArgumentException(
          "muon: no variable of two dimensions has a name that matches matrices '"
              + muon.matrices()
              + "'; these have two: "
              + String.join(", ", all));
    }
    super.createSlots(variables);
  }

  /** Whether a variable is one of the matrices. */
  private boolean takes(Output<?> variable) {
    return !muon.matrices().isEmpty()
        && variable.shape().numDimensions() == 2
        && matrices.matcher(variable.op().name()).find();
  }

  @Override
  List<String> slotNames(Output<?> variable) {
    return takes(variable) ? List.of(MOMENTUM) : super.slotNames(variable);
  }

  @Override
  protected <T extends TType> Op applyDense(Ops deps, Output<T> gradient, Output<T> variable) {
    return takes(variable)
        ? applyMuon(deps, gradient, variable)
        : super.applyDense(deps, gradient, variable);
  }

  private <T extends TType> Op applyMuon(Ops deps, Output<T> gradient, Output<T> variable) {
    String name = variable.op().name().replace('/', '_');
    Ops scope = tf.withSubScope(name + "_muon");
    OperandOps<T> ops = new OperandOps<>(scope, variable);
    Variable<T> slot = getSlot(variable, MOMENTUM).orElseThrow();
    FilterStep<Operand<T>> step =
        MuonStep.of(ops, rate(), muon.momentum(), gradient, deps.identity(slot));
    Op stored = scope.withName("momentum_assign").assign(slot, step.state().get(0));
    Operand<T> weight = deps.identity(variable);
    if (muon.weightDecay() > 0) {
      Operand<TFloat64> shrink = ops.multiply(rate(), ops.constant(muon.weightDecay()));
      weight = ops.scale(ops.subtract(ops.constant(1), shrink), weight);
    }
    return tf.withControlDependencies(List.of(stored))
        .withName(name + "_apply")
        .assign(variable, ops.minus(weight, step.output()));
  }

  private Operand<TFloat64> rate() {
    if (matrixRate == null) {
      matrixRate = scheduled(tf.withSubScope("matrix_schedule"), muon.learningRate());
    }
    return matrixRate;
  }

  @Override
  public String getOptimizerName() {
    return "Muon";
  }
}
