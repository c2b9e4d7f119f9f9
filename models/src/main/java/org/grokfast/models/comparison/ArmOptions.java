package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options of {@code train TASK}, in the order in which they were given.
 *
 * @param values the values by the option's name without dashes; a flag has one empty value, and an
 *     option without values isn't passed on
 */
public record ArmOptions(Map<String, List<String>> values) {
  /** No options. */
  public static final ArmOptions NONE = new ArmOptions(Map.of());

  /** Takes a copy of the map. */
  public ArmOptions {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    values.forEach((name, given) -> copy.put(name, List.copyOf(given)));
    values = Collections.unmodifiableMap(copy);
  }

  /** These options with one of them set. */
  public ArmOptions with(String name, List<String> given) {
    Map<String, List<String>> map = new LinkedHashMap<>(values);
    map.put(name, given);
    return new ArmOptions(map);
  }

  /** These options with others, which win. */
  public ArmOptions with(ArmOptions others) {
    Map<String, List<String>> map = new LinkedHashMap<>(values);
    map.putAll(others.values);
    return new ArmOptions(map);
  }

  /** These options without some. */
  public ArmOptions without(Collection<String> names) {
    Map<String, List<String>> map = new LinkedHashMap<>(values);
    map.keySet().removeAll(names);
    return new ArmOptions(map);
  }

  /** As words of a command line: {@code --lr=0.003}. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    values.forEach(
        (name, given) ->
            given.forEach(value -> words.add("--" + name + (value.isEmpty() ? "" : "=" + value))));
    return List.copyOf(words);
  }
}
