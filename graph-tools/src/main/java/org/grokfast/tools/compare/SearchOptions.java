package org.grokfast.tools.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.Chain;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.filter.ParameterValues;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.tuning.Dimension;
import org.grokfast.models.tuning.SearchSpace;

/** What a search varies, by the names of the options of {@code train}. */
final class SearchOptions {
  /** A parameter of a filter has the name of its option. */
  private static final Map<String, String> OPTIONS =
      Map.of(SearchSpace.LEARNING_RATE, "lr", SearchSpace.WEIGHT_DECAY, "weight-decay");

  private SearchOptions() {}

  private static String key(String name) {
    return OPTIONS.getOrDefault(name, name);
  }

  /**
   * A point of the space as options. The parameters of a chain have none of their own: they are
   * written into the chain.
   *
   * @param filter the filter of the arm that the search is around
   */
  static ArmOptions of(Map<String, String> point, Optional<GradientFilter> filter) {
    Optional<GradientFilter> chain = filter.filter(Chain.class::isInstance);
    ParameterValues values =
        chain.map(all -> all.type().values(all.values())).orElse(ParameterValues.DEFAULTS);
    ArmOptions options = ArmOptions.NONE;
    for (Map.Entry<String, String> value : point.entrySet()) {
      Optional<Parameter<?>> member = chain.flatMap(all -> all.type().parameter(value.getKey()));
      if (member.isPresent()) {
        values = values.with(member.get(), member.get().parse(value.getValue()));
      } else {
        options = options.with(key(value.getKey()), List.of(value.getValue()));
      }
    }
    return chain.isEmpty() ? options : options.with("filter", List.of(text(chain.get(), values)));
  }

  private static String text(GradientFilter chain, ParameterValues values) {
    return chain.type().factory().create(values, chain.options()).text();
  }

  /**
   * A space with another range of one option.
   *
   * @throws IllegalArgumentException if the option isn't varied, or the range is empty
   */
  static SearchSpace within(SearchSpace space, String key, double low, double high) {
    List<String> names = space.dimensions().stream().map(Dimension::name).toList();
    String name =
        names.stream()
            .filter(varied -> key(varied).equals(key))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'"
                            + key
                            + "' is not varied; these are: "
                            + String.join(", ", names.stream().map(SearchOptions::key).toList())));
    try {
      return space.within(name, low, high);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage().replace(name, key), e);
    }
  }
}
