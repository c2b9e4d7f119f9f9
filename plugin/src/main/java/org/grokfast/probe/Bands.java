package org.grokfast.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.grokfast.filter.algebra.FilterOps;

/**
 * The energy of the gradient in bands of frequency, from the fastest to the slowest: the squared
 * norms of the differences between averages of ever longer memory,
 *
 * <pre>
 *   m₀ = g ;  mₖ ← αₖ·mₖ + (1−αₖ)·g (mₖ = g at first) ;  band k: ‖mₖ₋₁ − mₖ‖², the last: ‖m₃‖²
 * </pre>
 *
 * with α = 0.8, 0.98, 0.998, whose corners (1−α)/√α lie at 0.22, 0.020 and 0.0020 radians a step:
 * periods of 28, 311 and 3,100 steps. The bands add up to the gradient; their energies overlap and
 * do not add up to its. The factors are this project's choice, a decade apart with Grokfast's
 * default in the middle.
 *
 * <p>It keeps three tensors of each variable's shape and moves them in every step, however seldom
 * it measures.
 */
record Bands() implements Probe {
  /** The factors of the averages. */
  static final List<Double> ALPHAS = List.of(0.8, 0.98, 0.998);

  /** The energies of all bands. */
  private enum Energies implements Quantity {
    ALL;

    @Override
    public int size() {
      return ALPHAS.size() + 1;
    }

    @Override
    public List<String> kept() {
      return IntStream.rangeClosed(1, ALPHAS.size()).mapToObj(i -> "average-" + i).toList();
    }

    @Override
    public When when() {
      return When.EVERY_STEP;
    }

    @Override
    public <S, T> List<T> keep(FilterOps<S, T> ops, T gradient, List<T> kept) {
      S first = ops.less(ops.stepNumber(), ops.constant(2));
      List<T> next = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        S weight = ops.select(first, ops.constant(1), ops.constant(1 - ALPHAS.get(i)));
        T old = kept.get(i);
        next.add(ops.plus(old, ops.scale(weight, ops.minus(gradient, old))));
      }
      return next;
    }

    @Override
    public <S, T> List<T> measure(FilterOps<S, T> ops, Seen<T> seen, List<T> kept) {
      List<T> energies = new ArrayList<>();
      T faster = seen.gradient();
      for (T average : kept) {
        energies.add(InnerProduct.squares(ops, ops.minus(faster, average)));
        faster = average;
      }
      energies.add(InnerProduct.squares(ops, faster));
      return energies;
    }
  }

  @Override
  public String name() {
    return "bands";
  }

  @Override
  public String about() {
    return "the energy of the gradient in four bands of frequency, the fastest first";
  }

  @Override
  public String formula() {
    return "‖mₖ₋₁ − mₖ‖², ‖m₃‖²";
  }

  @Override
  public List<String> columns() {
    return IntStream.rangeClosed(1, ALPHAS.size() + 1).mapToObj(i -> "band-" + i).toList();
  }

  @Override
  public List<Quantity> quantities() {
    return List.of(Energies.ALL);
  }

  @Override
  public <S, T> List<T> values(FilterOps<S, T> ops, List<T> sums) {
    return sums;
  }
}
