package org.grokfast.tensorflow.cover;

import java.util.Set;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.nodes.OpMemo;

/** What ops do, as far as coverage asks and the rules don't. */
final class OpKinds {
  /** What a resource variable's handle may be given to without being written. */
  private static final Set<String> READERS =
      Set.of(
          "ReadVariableOp",
          "ResourceGather",
          "ResourceGatherNd",
          "ReadVariableXlaSplitND",
          "_ReadVariablesOp",
          "DisableCopyOnRead",
          "IsResourceHandleRefCounting",
          "VariableShape",
          "VarIsInitializedOp",
          "DestroyResourceOp",
          "NoOp",
          "Shape",
          "Print",
          "Assert");

  /** What moves the state of a random generator on, which is a variable; no data gets there. */
  private static final OpMemo<Boolean> DRAWING =
      OpMemo.matching(
          "Stateful(Uniform.*|StandardNormal.*|TruncatedNormal|RandomBinomial)|Rng(ReadAnd)?Skip");

  private static final OpMemo<Boolean> OTHER_WRITES =
      OpMemo.matching(
          "(Resource)?StridedSliceAssign|AssignVariableXlaConcatND|(Resource)?CountUpTo"
              + "|_AssignAddVariable.*|_FusedAssign.*");

  /** Training ops by their names, TensorFlow's and others; accumulators are no variables. */
  private static final OpMemo<Boolean> TRAINING =
      OpMemo.matching("(?!.*Accumulator).*(Apply|Optimize).*|NegTrain|SdcaShrinkL1");

  private static final OpMemo<Boolean> RESTORING = OpMemo.matching("Restore(V2|Slice)?");

  /** What writes to a container that its first input is the handle of. */
  private static final OpMemo<Boolean> FILLING =
      OpMemo.matching(
          "(TensorArray(Write|Scatter|Split|Unpack|Pack)(V[23])?|Stack(Push)(V2)?|QueueEnqueue.*"
              + "|Stage|MapStage|Barrier.*Insert.*|.*AccumulatorApplyGradient)");

  /** What the chain rule of a value through these is does not depend on the value. */
  private static final Set<String> LINEAR =
      Set.of(
          "Add",
          "AddV2",
          "AddN",
          "BiasAdd",
          "Sub",
          "Neg",
          "Identity",
          "IdentityN",
          "StopGradient",
          "PreventGradient",
          "Cast",
          "Reshape",
          "Squeeze",
          "ExpandDims",
          "Maximum",
          "Minimum",
          "ClipByValue",
          "Switch",
          "RefSwitch",
          "Merge",
          "RefMerge",
          "Enter",
          "RefEnter",
          "Exit",
          "RefExit",
          "NextIteration",
          "RefIdentity",
          "Select",
          "SelectV2",
          "CheckNumerics",
          OpTable.ARGUMENT);

  private static final Set<String> SCALING =
      Set.of("Mul", "RealDiv", "Div", "MulNoNan", "DivNoNan");

  /** What hands its value on unchanged. */
  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "IdentityN",
          "Cast",
          "Reshape",
          "Switch",
          "Merge",
          "Enter",
          "Exit",
          "NextIteration",
          "RefIdentity",
          "RefSwitch",
          "RefMerge",
          "RefEnter",
          "RefExit",
          "ReadVariableOp",
          OpTable.ARGUMENT);

  private static final OpMemo<Boolean> BACKWARD = OpMemo.matching(".*(Grad|Backprop).*");

  private OpKinds() {}

  static boolean isReader(String op) {
    return READERS.contains(op) || DRAWING.get(op);
  }

  /** Whether an op changes the variable of its first input. */
  static boolean isWrite(String op) {
    return OpTable.isWrite(op) || OTHER_WRITES.get(op);
  }

  /** Whether an op is called as training ops are; TensorFlow's own are known better. */
  static boolean isTraining(String op) {
    return OpTable.isTraining(op) || TRAINING.get(op);
  }

  /** The op that takes back what another adds or subtracts; empty where there is none. */
  static String inverse(String op) {
    if (op.startsWith("AssignAdd")) {
      return op.replace("AssignAdd", "AssignSub");
    }
    return op.startsWith("AssignSub") ? op.replace("AssignSub", "AssignAdd") : "";
  }

  static boolean restores(String op) {
    return RESTORING.get(op);
  }

  static boolean fills(String op) {
    return FILLING.get(op);
  }

  /** Whether a value flows through an input; what loops bring back counts. */
  static boolean carries(String op, int input) {
    return op.equals("NextIteration")
        || op.equals("RefNextIteration")
        || OpTable.carries(op, input);
  }

  static boolean isLinear(String op) {
    return LINEAR.contains(op);
  }

  static boolean scales(String op) {
    return SCALING.contains(op);
  }

  static boolean passes(String op) {
    return PASSING.contains(op);
  }

  /** Whether an op is one that only backward passes have. */
  static boolean isBackward(String op) {
    return BACKWARD.get(op)
        && !isWrite(op)
        && !isTraining(op)
        && !op.equals("StopGradient")
        && !op.equals("PreventGradient");
  }
}
