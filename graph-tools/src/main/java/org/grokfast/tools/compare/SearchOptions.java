package org.grokfast.tools.compare;

import java.util.List;
import java.util.Map;
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

  /** A point of the space as options. */
  static ArmOptions of(Map<String, String> point) {
    ArmOptions options = ArmOptions.NONE;
    for (Map.Entry<String, String> value : point.entrySet()) {
      options = options.with(key(value.getKey()), List.of(value.getValue()));
    }
    return options;
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
