package org.grokfast.onnx.pass;

import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;

/** What is said where a pass is not possible. */
final class PassRefusal {
  private PassRefusal() {}

  /**
   * The refusal of a pass for one parameter.
   *
   * @param node where the parameter is updated
   * @param why the reason, as what follows "as"
   */
  static GraphRewriteException of(StepPass pass, String parameter, String node, String why) {
    return new GraphRewriteException(
        "variable '"
            + parameter
            + "': "
            + pass.kind().name()
            + " is not possible at '"
            + node
            + "', as "
            + why
            + (pass.needsRate() ? "; decay in the program that trains, or leave" : "; leave")
            + " the variable out with --"
            + pass.kind().excludeName());
  }
}
