package org.grokfast.filter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values of some of the parameters of a filter; the others have their defaults. Immutable.
 *
 * @param byName the values that are set, by the parameters' names
 */
public record ParameterValues(Map<String, Object> byName) {
  /** All parameters have their defaults. */
  public static final ParameterValues DEFAULTS = new ParameterValues(Map.of());

  /** Makes the map immutable. */
  public ParameterValues {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** These values and another one. */
  public <V> ParameterValues with(Parameter<V> parameter, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(byName);
    all.put(parameter.name(), parameter.type().cast(value));
    return new ParameterValues(all);
  }

  /** The value of a parameter. */
  public <V> V get(Parameter<V> parameter) {
    return parameter.type().cast(byName.getOrDefault(parameter.name(), parameter.defaultValue()));
  }
}
