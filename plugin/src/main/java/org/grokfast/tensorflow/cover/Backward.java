package org.grokfast.tensorflow.cover;

import java.util.BitSet;
import java.util.regex.Pattern;

/**
 * Which points belong to a backward pass, as far as their ops and names tell: {@code
 * gradients/dense/MatMul_grad/MatMul}, {@code gradient_tape/…}, {@code ReluGrad}. No ground to
 * filter anything, but evidence that something is trained.
 */
final class Backward {
  private static final Pattern SCOPE =
      Pattern.compile("(.*/)?([Gg]radients(_\\d+)?|gradient_tape|[^/]*_grad(_\\d+)?)/.*");

  private static final byte YES = 1;
  private static final byte NO = 2;

  private final StepFlow flow;
  private final byte[] known;

  Backward(StepFlow flow) {
    this.flow = flow;
    this.known = new byte[flow.instances().size()];
  }

  /** All points of backward passes. */
  BitSet all() {
    BitSet all = new BitSet();
    for (int point = 0; point < known.length; point++) {
      all.set(point, is(point));
    }
    return all;
  }

  boolean is(int point) {
    if (!flow.isNode(point)) {
      return false;
    }
    if (known[point] == 0) {
      String op = flow.op(point);
      known[point] =
          !OpKinds.passes(op)
                  && (OpKinds.isBackward(op)
                      || isInScope(flow.name(point))
                      || flow.instance(point).function().startsWith("__backward"))
              ? YES
              : NO;
    }
    return known[point] == YES;
  }

  private static boolean isInScope(String name) {
    return (name.contains("radient") || name.contains("_grad")) && SCOPE.matcher(name).matches();
  }
}
