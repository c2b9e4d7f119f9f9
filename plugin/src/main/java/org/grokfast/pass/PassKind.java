package org.grokfast.pass;

import java.util.List;

/**
 * A kind of pass: what is said of it outside its own class. Options of the command line and the
 * documentation's table are derived from {@link Passes#ALL}.
 *
 * @param name the name in descriptions and of its option: {@code lookahead}
 * @param label what the option's value is: {@code K,A}
 * @param about what it does, in a sentence without a full stop
 * @param formula what it computes, for the documentation
 * @param excludeName the name of the option that leaves variables out: {@code lookahead-exclude}
 * @param factory makes a pass of this kind
 * @param <P> the passes of this kind
 */
public record PassKind<P>(
    String name,
    String label,
    String about,
    String formula,
    String excludeName,
    Factory<P> factory) {

  /**
   * Makes passes of one kind.
   *
   * @param <P> the passes
   */
  @FunctionalInterface
  public interface Factory<P> {
    /**
     * A pass.
     *
     * @param value its value, as on the command line
     * @param exclude regular expressions, none of which a variable's name may contain
     * @throws IllegalArgumentException if the value can't be read or is out of its range, or a
     *     pattern is none
     */
    P create(String value, List<String> exclude);
  }
}
