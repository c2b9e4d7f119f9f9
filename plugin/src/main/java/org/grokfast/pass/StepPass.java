package org.grokfast.pass;

import java.util.List;
import org.grokfast.filter.options.VariableSelection;

/**
 * What a step of training does to each weight beside the gradient filter. Immutable, and free of
 * any graph format. It is for all trained variables, whichever the filter is for, save those that
 * {@link #exclude} leaves out.
 */
public interface StepPass {

  /** The kind of pass. */
  PassKind<? extends StepPass> kind();

  /** Its value, as on the command line. */
  String value();

  /** Regular expressions; a variable whose name contains a match of one is left alone. */
  List<String> exclude();

  /** Whether the optimizer's learning rate is needed. */
  boolean needsRate();

  /** The tensor that the user says is the learning rate; empty for what the update takes. */
  default String rateTensor() {
    return "";
  }

  /** Whether weights are made smaller: then whatever else does so is named, as it adds up. */
  default boolean shrinks() {
    return false;
  }

  /**
   * The names of the tensors of the variable's shape that are kept from step to step, zero before
   * the first.
   */
  List<String> kept();

  /** What is done in a step, in this order. */
  List<Action> actions();

  /** Those of them that are done at a moment. */
  default List<Action> actions(Action.Moment moment) {
    return actions().stream().filter(action -> action.moment() == moment).toList();
  }

  /** Whether a variable is served. */
  default boolean selects(String variable) {
    return new VariableSelection(List.of(), exclude(), List.of()).selects(variable);
  }

  /**
   * What is said where the pass is not possible.
   *
   * @param node where the variable is updated
   * @param why the reason, as what follows "as"
   */
  default String refusal(String variable, String node, String why) {
    return "variable '"
        + variable
        + "': "
        + kind().name()
        + " is not possible at '"
        + node
        + "', as "
        + why
        + (needsRate() ? "; decay in the program that trains, or leave" : "; leave")
        + " the variable out with --"
        + kind().excludeName();
  }

  /** The pass as {@link Passes#parse} reads it. */
  default String text() {
    return kind().name() + "(" + value() + ", exclude=" + exclude() + ")";
  }
}
