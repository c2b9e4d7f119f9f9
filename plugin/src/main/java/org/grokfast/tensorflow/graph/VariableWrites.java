package org.grokfast.tensorflow.graph;

import java.util.Set;

/** Ops that write a variable, named by their first input. */
public final class VariableWrites {
  private static final int TARGET = 0;

  private static final Set<String> ASSIGNMENTS = Set.of("Assign", "AssignVariableOp");
  private static final Set<String> CHANGES =
      Set.of("AssignAdd", "AssignSub", "AssignAddVariableOp", "AssignSubVariableOp");

  private static final Set<String> SCATTERS =
      Set.of(
          "ScatterAdd",
          "ScatterSub",
          "ScatterUpdate",
          "ScatterMul",
          "ScatterDiv",
          "ScatterMin",
          "ScatterMax",
          "ResourceScatterAdd",
          "ResourceScatterSub",
          "ResourceScatterUpdate",
          "ResourceScatterMul",
          "ResourceScatterDiv",
          "ResourceScatterMin",
          "ResourceScatterMax");

  private VariableWrites() {}

  /** Whether an op writes a variable. */
  public static boolean isWrite(String op) {
    return isAssignment(op) || CHANGES.contains(op) || isScatter(op) || isTraining(op);
  }

  /** Whether an op gives a variable a value that does not depend on the one before. */
  public static boolean isAssignment(String op) {
    return ASSIGNMENTS.contains(op);
  }

  /** Whether an op writes some rows. */
  public static boolean isScatter(String op) {
    return SCATTERS.contains(op);
  }

  /** Whether an op computes an optimizer's update by itself. */
  public static boolean isTraining(String op) {
    return ApplyOps.denseGradientInput(op).isPresent()
        || ApplyOps.sparseGradientInput(op).isPresent();
  }

  /** Whether an input of a write holds what is written, rather than what or where. */
  public static boolean isValue(String op, int input) {
    return input != TARGET && !(isScatter(op) && input == 1);
  }
}
