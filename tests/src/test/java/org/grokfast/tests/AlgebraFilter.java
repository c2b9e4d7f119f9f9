package org.grokfast.tests;

import java.util.List;
import java.util.Map;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;

/**
 * A filter that no user has: it replaces the gradient by an expression and keeps the expression's
 * running sum.
 *
 * @param expression what is computed
 */
public record AlgebraFilter(AlgebraCase expression) implements GradientFilter {

  @Override
  public FilterType<AlgebraFilter> type() {
    return FilterType.of(
        "algebra",
        "an expression",
        "",
        List.of(),
        (values, options) -> new AlgebraFilter(expression));
  }

  @Override
  public List<Object> values() {
    return List.of();
  }

  @Override
  public Map<String, Double> parameters() {
    return Map.of("lamb", 0.5);
  }

  @Override
  public FilterOptions options() {
    return FilterOptions.DEFAULTS;
  }

  @Override
  public List<StateTensor> state() {
    return List.of(new StateTensor("sum", 0, true));
  }

  @Override
  public boolean readsVariable() {
    return true;
  }

  @Override
  public <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> state) {
    T output = expression.of(ops, gradient, ops.variable());
    return new FilterStep<>(output, List.of(ops.plus(state.get(0), output)));
  }

  @Override
  public GradientFilter forVariable(String variable) {
    return this;
  }

  @Override
  public String describe() {
    return "algebra(expression=" + expression + ")";
  }
}
