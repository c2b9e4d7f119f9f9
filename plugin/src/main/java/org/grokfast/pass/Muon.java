package org.grokfast.pass;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.MuonStep;
import org.grokfast.filter.algebra.NewtonSchulz;

/**
 * Muon (K. Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks") in place
 * of the update of some matrices, as {@code torch.optim.Muon} with its defaults:
 *
 * <pre>
 *   m ← momentum·m + (1 − momentum)·g                 (m = 0 at first)
 *   W ← W·(1 − rate·decay) − rate·s·orth(momentum·m + (1 − momentum)·g)
 * </pre>
 *
 * {@code orth} is {@link NewtonSchulz}; s = √max(1, outputs/inputs), where a matrix has the shape
 * [inputs, outputs], the transpose of torch's. All other variables keep the graph's optimizer.
 *
 * @param rate the learning rate of the matrices; ≥ 0. A running session can change it
 * @param momentum how much of the average of the gradients is kept; in [0, 1)
 * @param decay the coefficient of their decoupled decay; ≥ 0
 * @param matrices regular expressions, at least one; a variable of two dimensions is taken if its
 *     name contains a match. Embeddings and the last layer have two dimensions too and don't belong
 *     there, so that nothing is taken that is not named
 */
public record Muon(double rate, double momentum, double decay, List<String> matrices)
    implements StepPass {
  /** This kind. */
  public static final PassKind<Muon> KIND =
      new PassKind<>(
          "muon",
          "R[,M[,D]]",
          "update the matrices of --muon-matrices by Muon in place of the graph's optimizer: rate R,"
              + " momentum M (0.95 if left out), decoupled decay D (0)",
          "m ← M·m + (1 − M)·g; θ ← θ·(1 − R·D) − R·√max(1, outputs/inputs)·orth(M·m + (1 − M)·g)",
          PassKind.Variables.only("muon-matrices"),
          Muon::parse);

  private static final double MOMENTUM = 0.95;

  /** The path of the learning rate. */
  private static final String RATE = "muon/lr";

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a number is out of its range, there is no pattern, or one
   *     is none
   */
  public Muon {
    matrices = KIND.variables().selection(matrices).include();
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(expected("R was " + rate));
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(expected("M was " + momentum));
    }
    if (!(decay >= 0) || Double.isInfinite(decay)) {
      throw new IllegalArgumentException(expected("D was " + decay));
    }
    if (matrices.isEmpty() || matrices.contains("")) {
      throw new IllegalArgumentException(
          "muon needs --muon-matrices, regular expressions for the names of the hidden layers'"
              + " matrices, without embeddings and the last layer");
    }
  }

  /** Muon with a momentum of 0.95 and no decay, for the matrices that match one of these. */
  public static Muon of(double rate, String... matrices) {
    return new Muon(rate, MOMENTUM, 0, List.of(matrices));
  }

  /** The same with another momentum. */
  public Muon withMomentum(double value) {
    return new Muon(rate, value, decay, matrices);
  }

  /** The same with a decoupled decay. */
  public Muon withDecay(double value) {
    return new Muon(rate, momentum, value, matrices);
  }

  private static Muon parse(String value, List<String> matrices) {
    String[] parts = value.split(",", -1);
    if (parts.length <= 3) {
      try {
        return new Muon(
            Double.parseDouble(parts[0].strip()),
            parts.length > 1 ? Double.parseDouble(parts[1].strip()) : MOMENTUM,
            parts.length > 2 ? Double.parseDouble(parts[2].strip()) : 0,
            matrices);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(expected("was '" + value + "'"), e);
      }
    }
    throw new IllegalArgumentException(expected("was '" + value + "'"));
  }

  private static String expected(String was) {
    return "muon must be R, R,M or R,M,D, a rate >= 0, a momentum in [0, 1) and a decay >= 0, such"
        + " as 0.02,0.95,0.1; "
        + was;
  }

  @Override
  public PassKind<Muon> kind() {
    return KIND;
  }

  @Override
  public String value() {
    return rate + "," + momentum + "," + decay;
  }

  @Override
  public List<String> patterns() {
    return matrices;
  }

  @Override
  public boolean takes(List<Long> shape) {
    return shape.size() == 2 && shape.stream().allMatch(size -> size > 0);
  }

  @Override
  public String shapes() {
    return "matrices";
  }

  @Override
  public boolean needsRate() {
    return false;
  }

  @Override
  public boolean shrinks() {
    return decay > 0;
  }

  @Override
  public Map<String, Double> parameters() {
    return Map.of(RATE, rate);
  }

  /** Nothing beside what {@link #updateRule} keeps. */
  @Override
  public List<String> kept() {
    return List.of();
  }

  @Override
  public List<Action> actions() {
    return decay > 0 ? List.of(new Shrink(rate, decay)) : List.of();
  }

  @Override
  public Optional<UpdateRule> updateRule() {
    return Optional.of(new Step(rate, momentum));
  }

  /** The decay of the matrices. */
  private record Shrink(double rate, double decay) implements Action {
    @Override
    public String name() {
      return "decayed";
    }

    @Override
    public Moment moment() {
      return Moment.BEFORE;
    }

    @Override
    public <S, T> Change<T> change(FilterOps<S, T> ops, Optional<S> unused, List<T> kept) {
      S own = ops.parameter(RATE, rate);
      return new Change<>(Optional.of(DecoupledWeightDecay.shrunk(ops, own, decay)), List.of());
    }
  }

  /** The step itself. */
  private record Step(double rate, double momentum) implements UpdateRule {
    @Override
    public List<String> kept() {
      return List.of("momentum");
    }

    @Override
    public double rounding() {
      return NewtonSchulz.ROUNDING;
    }

    @Override
    public <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> kept) {
      return MuonStep.of(ops, ops.parameter(RATE, rate), momentum, gradient, kept.get(0));
    }
  }
}
