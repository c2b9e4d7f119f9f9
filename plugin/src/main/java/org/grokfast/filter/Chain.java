package org.grokfast.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.MemberOps;

/**
 * Filters one after the other: {@code g₁ = f₁(g), g₂ = f₂(g₁), …}, of which the optimizer sees the
 * last. Written as its members are, with commas between them: {@code ema(alpha=0.9, lamb=1.5),
 * perp}.
 *
 * <p>Everything of the i-th member, counted from 1, is named after it: its state stands under
 * {@code grokfast/<variable>/<i>.<kind>/}, its parameters in a running session under {@code
 * grokfast/<i>.<kind>/}; overrides and searches call them {@code <i>.<kind>.<name>}, such as {@code
 * 1.ema.alpha}.
 *
 * <p>The shared options belong to the chain and hold for every member: the schedule acts on each.
 * It takes the variables that all members take, and can't have an option that one of them can't
 * have.
 *
 * @param members the filters, at least two and none of them a chain, with the chain's options but
 *     for its overrides
 * @param options what all members share
 */
public record Chain(List<GradientFilter> members, FilterOptions options) implements GradientFilter {
  static final String KIND = "chain";

  /**
   * Gives every member the options of the chain.
   *
   * @throws IllegalArgumentException if there are fewer than two members, one of them is a chain or
   *     can't have an option
   */
  public Chain {
    if (members.size() < 2) {
      throw new IllegalArgumentException("a chain needs two filters, had " + members.size());
    }
    FilterOptions shared = options.toBuilder().overrides().build();
    List<GradientFilter> own = new ArrayList<>();
    for (GradientFilter member : members) {
      if (member instanceof Chain) {
        throw new IllegalArgumentException("a chain can't be a member of a chain");
      }
      own.add(with(member, member.type().values(member.values()), shared));
    }
    members = List.copyOf(own);
    typeOf(members).require(options);
  }

  /**
   * A chain with the default options.
   *
   * @param members the filters in their order, all with the default options
   * @throws IllegalArgumentException if a member has options of its own
   */
  public static Chain of(GradientFilter... members) {
    for (GradientFilter member : members) {
      if (!member.options().equals(FilterOptions.DEFAULTS)) {
        throw new IllegalArgumentException(
            "the options belong to the chain, and its member "
                + member.kind()
                + " has its own; give them to Chain.withOptions");
      }
    }
    return new Chain(List.of(members), FilterOptions.DEFAULTS);
  }

  /** This chain with other options. */
  @Override
  public Chain withOptions(FilterOptions other) {
    return new Chain(members, other);
  }

  private static GradientFilter with(
      GradientFilter member, ParameterValues values, FilterOptions options) {
    return member.type().factory().create(values, options);
  }

  @Override
  public FilterType<Chain> type() {
    return typeOf(members);
  }

  /** A type whose parameters are those of all members. */
  private static FilterType<Chain> typeOf(List<GradientFilter> members) {
    List<Parameter<?>> parameters = new ArrayList<>();
    List<FilterType.Refusal> refusals = new ArrayList<>();
    List<FilterType.Shapes> shapes = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      FilterType<? extends GradientFilter> type = members.get(i).type();
      String prefix = label(members, i) + ".";
      type.parameters().forEach(parameter -> parameters.add(parameter.under(prefix)));
      refusals.addAll(type.refusals());
      type.shapes().ifPresent(shapes::add);
    }
    FilterType<Chain> plain =
        FilterType.of(
            KIND,
            "several filters, one after the other",
            members.stream().map(GradientFilter::text).collect(Collectors.joining(", ")),
            parameters,
            (values, options) -> new Chain(valued(members, values), options));
    Optional<FilterType.Shapes> common =
        shapes.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new FilterType.Shapes(
                    shapes.stream()
                        .map(FilterType.Shapes::text)
                        .distinct()
                        .collect(Collectors.joining(" and ")),
                    shape -> shapes.stream().allMatch(each -> each.test().test(shape))));
    double rounding = members.stream().mapToDouble(member -> member.type().rounding()).sum();
    return new FilterType<>(
            plain.kind(),
            plain.about(),
            plain.formula(),
            plain.parameters(),
            plain.factory(),
            common,
            refusals,
            rounding)
        .withoutLazyRows("needs whole gradients");
  }

  /** The members with other values, whose names have the members' labels. */
  private static List<GradientFilter> valued(List<GradientFilter> members, ParameterValues values) {
    List<GradientFilter> result = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      GradientFilter member = members.get(i);
      String prefix = label(members, i) + ".";
      ParameterValues own = ParameterValues.DEFAULTS;
      for (Parameter<?> parameter : member.type().parameters()) {
        own = own.with(parameter, values.get(parameter.under(prefix)));
      }
      result.add(with(member, own, FilterOptions.DEFAULTS));
    }
    return result;
  }

  /** What all of the i-th member, counted from 0, is named after: {@code 1.ema}. */
  private static String label(List<GradientFilter> members, int i) {
    return (i + 1) + "." + members.get(i).kind();
  }

  @Override
  public List<Object> values() {
    return members.stream().flatMap(member -> member.values().stream()).toList();
  }

  @Override
  public Map<String, Double> parameters() {
    Map<String, Double> all = new LinkedHashMap<>();
    for (int i = 0; i < members.size(); i++) {
      String prefix = label(members, i) + "/";
      members.get(i).parameters().forEach((name, value) -> all.put(prefix + name, value));
    }
    return all;
  }

  @Override
  public List<StateTensor> state() {
    return IntStream.range(0, members.size())
        .boxed()
        .flatMap(
            i ->
                members.get(i).state().stream()
                    .map(
                        tensor ->
                            new StateTensor(
                                label(members, i) + "/" + tensor.name(),
                                tensor.slots(),
                                tensor.narrow())))
        .toList();
  }

  @Override
  public boolean readsVariable() {
    return members.stream().anyMatch(GradientFilter::readsVariable);
  }

  @Override
  public boolean passesWithoutLamb() {
    return members.stream().allMatch(GradientFilter::passesWithoutLamb);
  }

  @Override
  public <S, T> FilterStep<T> step(FilterOps<S, T> ops, T gradient, List<T> state) {
    List<T> next = new ArrayList<>();
    T filtered = gradient;
    for (int i = 0; i < members.size(); i++) {
      GradientFilter member = members.get(i);
      List<T> old = state.subList(next.size(), next.size() + member.state().size());
      FilterStep<T> step =
          member.step(new MemberOps<>(ops, label(members, i) + "/"), filtered, old);
      filtered = step.output();
      next.addAll(step.state());
    }
    return new FilterStep<>(filtered, next);
  }

  @Override
  public String text() {
    return type().formula();
  }

  @Override
  public String describe() {
    return KIND + "(" + text() + ", " + options.describe() + ")";
  }
}
