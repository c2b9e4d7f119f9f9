package org.grokfast.pass;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a step of training does to each weight beside the gradient filter. Immutable, and free of
 * any graph format. It is for the trained variables that its kind and {@link #patterns} say,
 * whichever the filter is for.
 */
public interface StepPass {

  /** The kind of pass. */
  PassKind<? extends StepPass> kind();

  /** Its value, as on the command line. */
  String value();

  /** Regular expressions for the names of variables; the kind says which of them are served. */
  List<String> patterns();

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
   * What a running session can change, such as {@code muon/lr}: values by names below the root.
   * Asked for in the algebra by these names.
   */
  default Map<String, Double> parameters() {
    return Map.of();
  }

  /** What makes new weights in place of the update; empty for a pass that leaves it. */
  default Optional<UpdateRule> updateRule() {
    return Optional.empty();
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

  /** Whether a variable is served, if its shape is one that the pass takes. */
  default boolean selects(String variable) {
    return kind().variables().selection(patterns()).selects(variable);
  }

  /** Whether variables of a shape are served. */
  default boolean takes(List<Long> shape) {
    return true;
  }

  /** What those are, for texts. */
  default String shapes() {
    return "variables";
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
        + " the variable out "
        + kind().variables().leavingOut();
  }

  /** The pass as {@link Passes#parse} reads it. */
  default String text() {
    return kind().name() + "(" + value() + ", " + kind().variables().key() + "=" + patterns() + ")";
  }
}
