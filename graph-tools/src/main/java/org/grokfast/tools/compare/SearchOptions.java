package org.grokfast.tools.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.filter.Chain;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.filter.ParameterValues;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.tuning.Dimension;
import org.grokfast.models.tuning.SearchSpace;

/** What a search varies, by the names of the options of {@code train}. */
final class SearchOptions {
  /** A parameter of a filter has the name of its option. */
  private static final Map<String, String> OPTIONS =
      Map.of(SearchSpace.LEARNING_RATE, "lr", SearchSpace.WEIGHT_DECAY, "weight-decay");

  /** Numbers of an optimizer and how they are written. */
  private static final Map<String, Dimension.Kind> MORE =
      Map.of(
          "beta1",
          Dimension.Kind.ALPHA,
          "beta2",
          Dimension.Kind.ALPHA,
          "epsilon",
          Dimension.Kind.REAL,
          "warmup-steps",
          Dimension.Kind.WHOLE,
          "clip-norm",
          Dimension.Kind.REAL,
          "batch",
          Dimension.Kind.WHOLE);

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
   * A space with another range of one option, or with one that it doesn't vary: a number of the
   * optimizer or of the task.
   *
   * @throws IllegalArgumentException if there is no such number, or the range is empty
   */
  static SearchSpace within(SearchSpace space, TaskSpec task, String key, double low, double high) {
    for (Dimension dimension : space.dimensions()) {
      if (key(dimension.name()).equals(key)) {
        try {
          return space.within(dimension.name(), low, high);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(e.getMessage().replace(dimension.name(), key), e);
        }
      }
    }
    Map<String, Dimension.Kind> more = more(task);
    if (more.containsKey(key)) {
      return space.and(Dimension.withoutStart(key, more.get(key), low, high));
    }
    space.dimensions().forEach(dimension -> more.remove(key(dimension.name())));
    throw new IllegalArgumentException(
        "'"
            + key
            + "' is not varied; these are: "
            + space.dimensions().stream()
                .map(dimension -> key(dimension.name()))
                .collect(Collectors.joining(", "))
            + "; and with a range these can be: "
            + String.join(", ", more.keySet()));
  }

  /** What can be varied too, once it has a range. */
  private static Map<String, Dimension.Kind> more(TaskSpec task) {
    Map<String, Dimension.Kind> more = new TreeMap<>(MORE);
    for (Setting<?> setting : task.settings()) {
      if (setting.type().equals(Integer.class)) {
        more.put(setting.name(), Dimension.Kind.WHOLE);
      } else if (setting.type().equals(Double.class)) {
        more.put(setting.name(), Dimension.Kind.REAL);
      }
    }
    return more;
  }
}
