package org.grokfast.pass;

import java.util.List;
import java.util.Optional;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterOps.ScalarOp;

/**
 * Lookahead (Zhang et al. 2019, arXiv 1907.08610): the optimizer goes ahead with fast weights, and
 * slow weights follow.
 *
 * <pre>
 *   slow ← θ                      before the first update
 *   slow ← slow + rate·(θ − slow), θ ← slow    after every steps-th update
 * </pre>
 *
 * The optimizer's slots are left alone. The updates of a variable are counted from the first that
 * the graph makes with this pass, or from a restored checkpoint's count on. With a rate of 1 the
 * slow weights are the fast ones, and every bit is as without the pass.
 *
 * @param steps the number of updates between two blends; ≥ 1
 * @param rate how far the slow weights follow; in (0, 1]
 * @param exclude regular expressions; variables whose name contains a match keep their fast weights
 */
public record Lookahead(int steps, double rate, List<String> exclude) implements StepPass {
  /** This kind. */
  public static final PassKind<Lookahead> KIND =
      new PassKind<>(
          "lookahead",
          "K,A",
          "after every K-th update move slow weights by the share A towards the weights, and take"
              + " them for the weights",
          "after every K-th update slow ← slow + A·(θ − slow), θ ← slow",
          PassKind.Variables.allBut("lookahead-exclude"),
          Lookahead::parse);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a number is out of its range or a pattern is none
   */
  public Lookahead {
    exclude = KIND.variables().selection(exclude).exclude();
    if (steps < 1) {
      throw new IllegalArgumentException(
          "lookahead must be K,A with a whole number K >= 1; K was " + steps);
    }
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "lookahead must be K,A with A above 0 and at most 1; A was " + rate);
    }
  }

  /** Lookahead of all weights. */
  public static Lookahead of(int steps, double rate) {
    return new Lookahead(steps, rate, List.of());
  }

  /** The same without variables whose name contains a match of one of these. */
  public Lookahead except(String... patterns) {
    return new Lookahead(steps, rate, List.of(patterns));
  }

  private static Lookahead parse(String value, List<String> exclude) {
    String[] parts = value.split(",", -1);
    if (parts.length == 2) {
      try {
        return new Lookahead(
            Integer.parseInt(parts[0].strip()), Double.parseDouble(parts[1].strip()), exclude);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(expected(value), e);
      }
    }
    throw new IllegalArgumentException(expected(value));
  }

  private static String expected(String value) {
    return "lookahead must be K,A, a whole number >= 1 and a number above 0 and at most 1, such as"
        + " 5,0.5; was '"
        + value
        + "'";
  }

  @Override
  public PassKind<Lookahead> kind() {
    return KIND;
  }

  @Override
  public String value() {
    return steps + "," + rate;
  }

  @Override
  public List<String> patterns() {
    return exclude;
  }

  @Override
  public boolean needsRate() {
    return false;
  }

  @Override
  public List<String> kept() {
    return List.of("slow");
  }

  @Override
  public List<Action> actions() {
    return List.of(new Begin(), new Blend(steps, rate));
  }

  /** The slow weights' first value. */
  private record Begin() implements Action {
    @Override
    public String name() {
      return "begin";
    }

    @Override
    public Moment moment() {
      return Moment.BEFORE;
    }

    @Override
    public <S, T> Optional<S> condition(FilterOps<S, T> ops) {
      return Optional.of(ops.less(ops.stepNumber(), ops.constant(2)));
    }

    @Override
    public <S, T> Change<T> change(FilterOps<S, T> ops, Optional<S> rate, List<T> kept) {
      return new Change<>(Optional.empty(), List.of(ops.variable()));
    }
  }

  /** What happens after every steps-th update. */
  private record Blend(int steps, double rate) implements Action {
    @Override
    public String name() {
      return "blend";
    }

    @Override
    public Moment moment() {
      return Moment.AFTER;
    }

    @Override
    public boolean readsKept() {
      return rate < 1;
    }

    @Override
    public <S, T> Optional<S> condition(FilterOps<S, T> ops) {
      S rest = ops.scalar(ScalarOp.MODULO, ops.stepNumber(), ops.constant(steps));
      return steps == 1 ? Optional.empty() : Optional.of(ops.less(rest, ops.constant(1)));
    }

    @Override
    public <S, T> Change<T> change(FilterOps<S, T> ops, Optional<S> unused, List<T> kept) {
      T fast = ops.variable();
      if (rate == 1) {
        // slow + (θ − slow) is θ up to rounding only.
        return new Change<>(Optional.empty(), List.of(fast));
      }
      T slow = kept.get(0);
      T next = ops.plus(slow, ops.scale(ops.constant(rate), ops.minus(fast, slow)));
      return new Change<>(Optional.of(next), List.of(next));
    }
  }
}
