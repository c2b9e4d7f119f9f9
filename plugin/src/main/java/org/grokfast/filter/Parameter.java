package org.grokfast.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One parameter of a kind of filter: what descriptions, options of the command line, searches and
 * the documentation are derived from. Immutable.
 *
 * <p>Real parameters are asked for by {@link org.grokfast.filter.algebra.FilterOps#parameter}, so
 * that a running session can change them; numbers, real or whole, can be overridden for single
 * variables and are varied by a search. Choices and flags are settings of the whole filter.
 *
 * @param name as in descriptions, {@code first-step}; a flag that is on by default has the option
 *     {@code --no-<name>}
 * @param type {@link Double}, {@link Integer}, {@link Boolean} or an enum
 * @param defaultValue the value where nothing else is said
 * @param range the values that are allowed
 * @param help what it means
 * @param search where a search looks; empty for what is no number
 */
public record Parameter<V>(
    String name,
    Class<V> type,
    V defaultValue,
    Range<V> range,
    Help help,
    Optional<Search> search) {

  /**
   * The values that are allowed.
   *
   * @param text as it follows "must be": {@code in [0, 1)}
   * @param test whether a value is one of them
   */
  public record Range<V>(String text, Predicate<V> test) {}

  /**
   * What help texts say.
   *
   * @param label what stands for the value: {@code A}
   * @param text what the option does, beginning in lower case and without a full stop; where it
   *     doesn't name the default, the default is added
   */
  public record Help(String label, String text) {}

  /** How a search goes through the values of a number, always on a logarithmic scale. */
  public enum Scale {
    /** A factor. */
    FACTOR,
    /**
     * A share that is kept from step to step, on the scale of the number N of steps after which a
     * tenth is left: by the paper's rule of thumb N is the wanted speed-up.
     */
    DECAY,
    /** A number of steps: by the paper's rule of thumb the wanted speed-up. */
    STEPS
  }

  /**
   * Where a search looks for better values.
   *
   * @param scale how it goes through them
   * @param low the smallest value, for {@link Scale#DECAY} as a number of steps; > 0
   * @param high the largest
   */
  public record Search(Scale scale, double low, double high) {}

  /** A real number. */
  public static Parameter<Double> real(
      String name, double defaultValue, Range<Double> range, Help help, Search search) {
    return new Parameter<>(name, Double.class, defaultValue, range, help, Optional.of(search));
  }

  /** A whole number. */
  public static Parameter<Integer> whole(
      String name, int defaultValue, Range<Integer> range, Help help, Search search) {
    return new Parameter<>(name, Integer.class, defaultValue, range, help, Optional.of(search));
  }

  /** One of the constants of an enum, in lower case. */
  public static <E extends Enum<E>> Parameter<E> choice(String name, E defaultValue, Help help) {
    Class<E> type = defaultValue.getDeclaringClass();
    String values =
        Arrays.stream(type.getEnumConstants())
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    Range<E> range = new Range<>("one of " + values, value -> true);
    return new Parameter<>(name, type, defaultValue, range, help, Optional.empty());
  }

  /** Whether something is done; the help says what it means not to leave it at its default. */
  public static Parameter<Boolean> flag(String name, boolean defaultValue, String help) {
    Range<Boolean> range = new Range<>("true or false", value -> true);
    return new Parameter<>(
        name, Boolean.class, defaultValue, range, new Help("", help), Optional.empty());
  }

  /** This parameter under a longer name. */
  public Parameter<V> under(String prefix) {
    return new Parameter<>(prefix + name, type, defaultValue, range, help, search);
  }

  /** Whether it is a number: what overrides can set and searches vary. */
  public boolean isNumber() {
    return Number.class.isAssignableFrom(type);
  }

  /** Whether it is a real number: what a running session can change. */
  public boolean isReal() {
    return type == Double.class;
  }

  /** Whether it is on or off. */
  public boolean isFlag() {
    return type == Boolean.class;
  }

  /** The option that sets it on the command line. */
  public String option() {
    return isFlag() && Boolean.TRUE.equals(defaultValue) ? "--no-" + name : "--" + name;
  }

  /**
   * Checks a value.
   *
   * @return the value
   * @throws IllegalArgumentException naming parameter, range and value, if it is out of its range
   */
  public V require(V value) {
    if (!range.test().test(value)) {
      throw new IllegalArgumentException(name + " must be " + range.text() + ", was " + value);
    }
    return value;
  }

  /** A value as descriptions have it. */
  public String text(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  /**
   * Reads a value of {@link #text} back. The range is not checked.
   *
   * @throws IllegalArgumentException if the text is no value of this type
   */
  public V parse(String text) {
    try {
      return type.cast(read(text));
    } catch (NumberFormatException e) {
      String kind = isReal() ? "a number" : "a whole number";
      throw new IllegalArgumentException(name + " must be " + kind + ", was '" + text + "'", e);
    }
  }

  private Object read(String text) {
    if (isReal()) {
      return Double.valueOf(text);
    }
    if (type == Integer.class) {
      return Integer.valueOf(text);
    }
    List<?> values = isFlag() ? List.of(true, false) : Arrays.asList(type.getEnumConstants());
    return values.stream()
        .filter(value -> text(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + " must be " + range.text() + ", was '" + text + "'"));
  }
}
