package org.grokfast.pass;

import java.util.List;
import org.grokfast.filter.options.VariableSelection;

/**
 * A kind of pass: what is said of it outside its own class. Options of the command line and the
 * documentation's table are derived from {@link Passes#ALL}.
 *
 * @param name the name in descriptions and of its option: {@code lookahead}
 * @param label what the option's value is: {@code K,A}
 * @param about what it does, in a sentence without a full stop
 * @param formula what it computes, for the documentation
 * @param variables which variables are served
 * @param factory makes a pass of this kind
 * @param <P> the passes of this kind
 */
public record PassKind<P>(
    String name,
    String label,
    String about,
    String formula,
    Variables variables,
    Factory<P> factory) {

  /**
   * Which variables passes of a kind serve.
   *
   * @param option the name of the option with the patterns for their names: {@code
   *     lookahead-exclude}
   * @param named whether those are served that match a pattern, rather than those that match none
   */
  public record Variables(String option, boolean named) {
    /** All but those that match. */
    public static Variables allBut(String option) {
      return new Variables(option, false);
    }

    /** Only those that match. */
    public static Variables only(String option) {
      return new Variables(option, true);
    }

    /** What such patterns are called in texts. */
    String key() {
      return named ? "include" : "exclude";
    }

    /** How one variable can be left alone, as what follows "leave the variable out". */
    public String leavingOut() {
      return (named ? "of --" : "with --") + option;
    }

    /**
     * What patterns come to.
     *
     * @throws IllegalArgumentException if one is no regular expression
     */
    public VariableSelection selection(List<String> patterns) {
      return named
          ? new VariableSelection(patterns, List.of(), List.of())
          : new VariableSelection(List.of(), patterns, List.of());
    }
  }

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
     * @param patterns regular expressions for the names of variables, as {@link #variables} has it
     * @throws IllegalArgumentException if the value can't be read or is out of its range, or a
     *     pattern is none
     */
    P create(String value, List<String> patterns);
  }
}
