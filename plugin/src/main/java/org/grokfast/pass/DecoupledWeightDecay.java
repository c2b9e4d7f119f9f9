package org.grokfast.pass;

import java.util.List;
import java.util.Optional;
import org.grokfast.filter.algebra.FilterOps;

/**
 * Decoupled weight decay: {@code θ ← θ·(1 − lr·decay)} before each update, where lr is the learning
 * rate that the update takes in that step, so that a schedule of it is followed. The gradient is
 * that at the weights before. Over Adam it gives AdamW (Loshchilov and Hutter 2019, arXiv
 * 1711.05101, algorithm 2, with the learning rate as PyTorch's {@code AdamW} multiplies it in).
 *
 * <p>The factor is computed in float64 and rounded once to the format of the computation. A decay
 * of 0 leaves every bit.
 *
 * @param decay the decay; ≥ 0
 * @param rateTensor the tensor that holds the learning rate, as {@code node} or {@code node:index},
 *     for updates that take none as an op's input; empty otherwise
 * @param exclude regular expressions; variables whose name contains a match keep their weights
 */
public record DecoupledWeightDecay(double decay, String rateTensor, List<String> exclude)
    implements StepPass {
  /** This kind. */
  public static final PassKind<DecoupledWeightDecay> KIND =
      new PassKind<>(
          "decoupled-weight-decay",
          "D[,TENSOR]",
          "multiply each weight by 1 - lr*D before its update, lr being the learning rate that the"
              + " update takes, or that TENSOR holds where the update is written out in ops",
          "θ ← θ·(1 − lr·D)",
          PassKind.Variables.allBut("decay-exclude"),
          DecoupledWeightDecay::parse);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the decay is out of its range or a pattern is none
   */
  public DecoupledWeightDecay {
    exclude = KIND.variables().selection(exclude).exclude();
    if (!(decay >= 0) || Double.isInfinite(decay)) {
      throw new IllegalArgumentException(range(Double.toString(decay)));
    }
  }

  /** A decay of all weights. */
  public static DecoupledWeightDecay of(double decay) {
    return new DecoupledWeightDecay(decay, "", List.of());
  }

  /** The same without variables whose name contains a match of one of these. */
  public DecoupledWeightDecay except(String... patterns) {
    return new DecoupledWeightDecay(decay, rateTensor, List.of(patterns));
  }

  /** The same with a learning rate that the graph holds in this tensor. */
  public DecoupledWeightDecay withRate(String tensor) {
    return new DecoupledWeightDecay(decay, tensor, exclude);
  }

  private static DecoupledWeightDecay parse(String value, List<String> exclude) {
    int comma = value.indexOf(',');
    String number = comma < 0 ? value : value.substring(0, comma);
    String tensor = comma < 0 ? "" : value.substring(comma + 1).strip();
    try {
      double decay = Double.parseDouble(number.strip());
      if (comma < 0 || !tensor.isEmpty()) {
        return new DecoupledWeightDecay(decay, tensor, exclude);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(range("'" + value + "'"), e);
    }
    throw new IllegalArgumentException(range("'" + value + "'"));
  }

  private static String range(String was) {
    return "decoupled-weight-decay must be a number >= 0, such as 0.01, with or without a"
        + " comma and a tensor behind it; was "
        + was;
  }

  @Override
  public PassKind<DecoupledWeightDecay> kind() {
    return KIND;
  }

  @Override
  public String value() {
    return rateTensor.isEmpty() ? Double.toString(decay) : decay + "," + rateTensor;
  }

  @Override
  public List<String> patterns() {
    return exclude;
  }

  @Override
  public boolean needsRate() {
    return true;
  }

  @Override
  public boolean shrinks() {
    return true;
  }

  @Override
  public List<String> kept() {
    return List.of();
  }

  @Override
  public List<Action> actions() {
    return List.of(new Shrink(decay));
  }

  /** The multiplication. */
  private record Shrink(double decay) implements Action {
    @Override
    public String name() {
      return "decayed";
    }

    @Override
    public Moment moment() {
      return Moment.BEFORE;
    }

    @Override
    public <S, T> Change<T> change(FilterOps<S, T> ops, Optional<S> rate, List<T> kept) {
      return new Change<>(Optional.of(shrunk(ops, rate.orElseThrow(), decay)), List.of());
    }
  }

  /** The variable times 1 − rate·decay. */
  static <S, T> T shrunk(FilterOps<S, T> ops, S rate, double decay) {
    S share = ops.multiply(rate, ops.constant(decay));
    return ops.scale(ops.subtract(ops.constant(1), share), ops.variable());
  }
}
