package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.grokfast.filter.algebra.BinaryOp;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.UnaryOp;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.rewrite.emit.SiteNames;

/**
 * The algebra as ONNX nodes, for one parameter. Only ops that every runtime has for float32 and
 * float64 since opset 11 are used; narrower gradients are cast by the emitter.
 */
final class OnnxOps implements FilterOps<Tensor, Tensor> {
  private final OnnxNodes nodes;
  private final OnnxScalars scalars;
  private final Target target;
  private Tensor variable;

  /**
   * The parameter that is served.
   *
   * @param names the names of what is emitted
   * @param shape the parameter's shape
   * @param computation the type in which the filter computes
   * @param storage the type in which it stores
   * @param parameter the parameter itself, before the update; in its own type
   */
  record Target(
      SiteNames names,
      List<Long> shape,
      DataType computation,
      DataType storage,
      Tensor parameter) {}

  OnnxOps(OnnxNodes nodes, OnnxScalars scalars, Target target) {
    this.nodes = nodes;
    this.scalars = scalars;
    this.target = target;
  }

  /** The parameter that is served. */
  Target target() {
    return target;
  }

  @Override
  public Tensor constant(double value) {
    return scalars.constant(value);
  }

  @Override
  public Tensor parameter(String name, double value) {
    return scalars.parameter(target.names().parameter(name, value), value);
  }

  @Override
  public Tensor stepNumber() {
    return scalars.stepNumber();
  }

  @Override
  public Tensor scalar(ScalarOp op, Tensor a, Tensor b) {
    return scalars.scalar(op, a, b);
  }

  @Override
  public Tensor select(Tensor condition, Tensor a, Tensor b) {
    return scalars.select(condition, a, b);
  }

  @Override
  public Tensor scale(Tensor factor, Tensor x) {
    return op("Mul", x, scalars.cast(factor, x.type()));
  }

  @Override
  public Tensor amplify(Tensor gain, Tensor x) {
    Tensor factor = scalars.cast(gain, x.type());
    Tensor product = op("Mul", x, factor);
    return node("Where")
        .input(scalars.isZero(factor), scalars.zero(x.type()), product)
        .emit(x.type());
  }

  @Override
  public List<Long> shape() {
    return target.shape();
  }

  @Override
  public Tensor variable() {
    if (variable == null) {
      variable = cast(target.parameter(), target.computation());
    }
    return variable;
  }

  @Override
  public Tensor broadcast(Tensor scalar) {
    return scalars.cast(scalar, target.computation());
  }

  @Override
  public Tensor unary(UnaryOp op, Tensor x) {
    return switch (op) {
      case ABS -> op("Abs", x);
      case NEGATE -> op("Neg", x);
      case SIGN -> op("Sign", x);
      case SQUARE -> op("Mul", x, x);
      case SQRT -> op("Sqrt", x);
      case RECIPROCAL -> op("Reciprocal", x);
      case EXP -> op("Exp", x);
      case LOG -> op("Log", x);
      case TANH -> op("Tanh", x);
    };
  }

  @Override
  public Tensor binary(BinaryOp op, Tensor a, Tensor b) {
    return switch (op) {
      case ADD -> op("Add", a, b);
      case SUBTRACT -> op("Sub", a, b);
      case MULTIPLY -> op("Mul", a, b);
      case DIVIDE -> op("Div", a, b);
      case DIVIDE_OR_ZERO -> {
        Tensor zero = scalars.zero(a.type());
        Tensor none = node("Equal").input(b, zero).emit(DataType.BOOL);
        yield node("Where").input(none, zero, op("Div", a, b)).emit(a.type());
      }
      case MAXIMUM -> op("Max", a, b);
      case MINIMUM -> op("Min", a, b);
      case POWER -> op("Pow", a, b);
    };
  }

  @Override
  public Tensor where(Tensor condition, Tensor a, Tensor b) {
    return node("Where").input(condition, a, b).emit(a.type());
  }

  @Override
  public Tensor whereFinite(Tensor probe, Tensor a, Tensor b) {
    // |x| < ∞ is false for NaN too, and needs no op that came after opset 11.
    Tensor size = node("Abs").input(probe).emit(probe.type());
    Tensor finite = node("Less").input(size, scalars.infinity(probe.type())).emit(DataType.BOOL);
    return where(finite, a, b);
  }

  @Override
  public Tensor stored(Tensor x) {
    return cast(cast(x, target.storage()), x.type());
  }

  @Override
  public Tensor sum(Tensor x) {
    // Without axes it takes all dimensions, in every opset.
    return node("ReduceSum").input(x).with("keepdims", 0).emit(x.type());
  }

  @Override
  public Tensor sum(Tensor x, List<Integer> axes) {
    List<Long> numbers = axes.stream().map(Integer::longValue).toList();
    return nodes.sum(target.names().prefix(), x, numbers);
  }

  @Override
  public Tensor norm(Tensor x) {
    // Without axes it takes all dimensions, in every opset.
    return node("ReduceL2").input(x).with("keepdims", 0).emit(x.type());
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
    if (!transposeA && !transposeB) {
      return op("MatMul", a, b);
    }
    // Not MatMul: with a Transpose in front, runtimes fuse the two into a kernel for float32 alone.
    OnnxNodes.Node product = node("Gemm").input(a, b);
    if (transposeA) {
      product.with("transA", 1);
    }
    if (transposeB) {
      product.with("transB", 1);
    }
    return product.emit(a.type());
  }

  @Override
  public Tensor slot(Tensor ring, Tensor index) {
    Tensor oldest =
        node("Gather").input(ring, scalars.index(index)).with("axis", 0).emit(ring.type());
    return cast(oldest, target.computation());
  }

  @Override
  public Tensor put(Tensor ring, Tensor index, Tensor value) {
    Tensor stored = cast(value, ring.type());
    return node("ScatterND")
        .input(ring, scalars.scatterIndex(index), nodes.unsqueeze(target.names().prefix(), stored))
        .emit(ring.type());
  }

  /** A tensor in another type. */
  Tensor cast(Tensor x, DataType type) {
    return nodes.cast(target.names().prefix(), x, type);
  }

  private Tensor op(String op, Tensor... inputs) {
    return node(op).input(inputs).emit(inputs[0].type());
  }

  private OnnxNodes.Node node(String op) {
    return nodes.node(target.names().prefix() + "/" + op, op);
  }
}
