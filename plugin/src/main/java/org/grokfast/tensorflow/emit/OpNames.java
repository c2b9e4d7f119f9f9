package org.grokfast.tensorflow.emit;

import org.grokfast.filter.algebra.BinaryOp;
import org.grokfast.filter.algebra.FilterOps.ScalarOp;
import org.grokfast.filter.algebra.UnaryOp;

/** TensorFlow's ops for the operations of the algebra. */
final class OpNames {
  private OpNames() {}

  static String of(ScalarOp op) {
    return switch (op) {
      case ADD -> "AddV2";
      case SUBTRACT -> "Sub";
      case MULTIPLY -> "Mul";
      case DIVIDE -> "RealDiv";
      case POWER -> "Pow";
      case MINIMUM -> "Minimum";
      case MODULO -> "FloorMod";
      case LESS -> "Less";
    };
  }

  static String of(UnaryOp op) {
    return switch (op) {
      case ABS -> "Abs";
      case NEGATE -> "Neg";
      case SIGN -> "Sign";
      case SQUARE -> "Square";
      case SQRT -> "Sqrt";
      case RECIPROCAL -> "Reciprocal";
      case EXP -> "Exp";
      case LOG -> "Log";
      case TANH -> "Tanh";
    };
  }

  static String of(BinaryOp op) {
    return switch (op) {
      case ADD -> "AddV2";
      case SUBTRACT -> "Sub";
      case MULTIPLY -> "Mul";
      case DIVIDE -> "RealDiv";
      case DIVIDE_OR_ZERO -> "DivNoNan";
      case MAXIMUM -> "Maximum";
      case MINIMUM -> "Minimum";
      case POWER -> "Pow";
    };
  }
}
