package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.grokfast.filter.algebra.BinaryOp;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.SlowComponent;
import org.grokfast.filter.algebra.UnaryOp;
import org.grokfast.rewrite.emit.SiteNames;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/**
 * The algebra as TensorFlow nodes, for one variable. A ring is the output of its variable: {@link
 * #slot} and {@link #put} work on the variable in place.
 */
class TensorFlowOps implements FilterOps<Out, Out> {
  private final Scalars scalars;
  private final Target target;
  private final Map<Out, StateVariable> rings = new HashMap<>();
  private final Map<Out, Out> ringReaders = new HashMap<>();
  private final List<String> writes = new ArrayList<>();

  /**
   * The variable that is served.
   *
   * @param variable its node
   * @param names the names of what is emitted
   * @param shape the variable's shape
   * @param types the types of the computation and of the state
   * @param stepNumber the number of this step
   * @param read how the variable itself is read
   */
  record Target(
      VariableNode variable,
      SiteNames names,
      List<Long> shape,
      Types types,
      Out stepNumber,
      VariableRead read) {}

  /**
   * Types of a filter.
   *
   * @param computation in which it computes
   * @param storage in which it stores
   */
  record Types(DataType computation, DataType storage) {}

  private Out variable;

  TensorFlowOps(Scalars scalars, Target target) {
    this.scalars = scalars;
    this.target = target;
  }

  /** The variable that is served. */
  Target target() {
    return target;
  }

  /** The tensor that stands for a ring in the algebra. */
  Out ring(StateVariable variable) {
    Out out = new Out(variable.name(), variable.spec().type());
    rings.put(out, variable);
    return out;
  }

  /** What a variable that is no ring holds, in the computation's type. */
  Out read(StateVariable variable) {
    return inComputation(variable.read());
  }

  /** A tensor in the computation's type. */
  Out inComputation(Out x) {
    return cast(x, target.types().computation());
  }

  /** Writes a variable that is no ring. */
  void write(StateVariable variable, Out value) {
    wrote(variable.assign("update", cast(value, variable.spec().type())));
  }

  /** The slow component as it is added to the gradient that the optimizer takes. */
  SlowComponent<Out, Out> shared(SlowComponent<Out, Out> slow) {
    return slow;
  }

  /** The nodes that write state. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  void wrote(Out write) {
    wrote(write.tensor());
  }

  /** A node for which the filtered gradient has to wait. */
  void wrote(String node) {
    writes.add(node);
  }

  @Override
  public Out constant(double value) {
    return scalars.constant(value);
  }

  @Override
  public Out parameter(String name, double value) {
    return scalars.parameter(target.names().parameter(name, value), value);
  }

  @Override
  public Out stepNumber() {
    return target.stepNumber();
  }

  @Override
  public Out scalar(ScalarOp op, Out a, Out b) {
    return scalars.scalar(op, a, b);
  }

  @Override
  public Out select(Out condition, Out a, Out b) {
    return scalars.select(condition, a, b);
  }

  @Override
  public Out scale(Out factor, Out x) {
    return binary("Mul", x, factor(factor, x.type()));
  }

  @Override
  public Out amplify(Out gain, Out x) {
    return binary("MulNoNan", x, factor(gain, x.type()));
  }

  /** A scalar as a factor of tensors of a type. */
  Out factor(Out scalar, DataType type) {
    return scalars.cast(scalar, type);
  }

  @Override
  public List<Long> shape() {
    return target.shape();
  }

  @Override
  public Out variable() {
    if (variable == null) {
      variable = inComputation(read(target.read()));
    }
    return variable;
  }

  /** The variable itself, in its own type. */
  Out read(VariableRead read) {
    return read.whole();
  }

  @Override
  public Out broadcast(Out scalar) {
    return factor(scalar, target.types().computation());
  }

  @Override
  public Out unary(UnaryOp op, Out x) {
    return node(OpNames.of(op)).input(x).attr("T", Attrs.type(x.type())).emit(x.type());
  }

  @Override
  public Out binary(BinaryOp op, Out a, Out b) {
    return binary(OpNames.of(op), a, b);
  }

  private Out binary(String op, Out a, Out b) {
    return node(op).input(a, b).attr("T", Attrs.type(a.type())).emit(a.type());
  }

  @Override
  public Out where(Out condition, Out a, Out b) {
    // Select takes a scalar condition for whole tensors; SelectV2 would broadcast it.
    return node("Select").input(condition, a, b).attr("T", Attrs.type(a.type())).emit(a.type());
  }

  @Override
  public Out whereFinite(Out probe, Out a, Out b) {
    Out finite =
        node("IsFinite").input(probe).attr("T", Attrs.type(probe.type())).emit(DataType.DT_BOOL);
    return node("SelectV2").input(finite, a, b).attr("T", Attrs.type(a.type())).emit(a.type());
  }

  @Override
  public Out stored(Out x) {
    return cast(cast(x, target.types().storage()), x.type());
  }

  @Override
  public Out sum(Out x) {
    List<Long> all = LongStream.range(0, target.shape().size()).boxed().toList();
    return sums(x, dimensions(all)).emit(x.type());
  }

  @Override
  public Out sum(Out x, List<Integer> axes) {
    Out dimensions = dimensions(axes.stream().map(Integer::longValue).toList());
    return sums(x, dimensions).attr("keep_dims", Attrs.bool(true)).emit(x.type());
  }

  Node sums(Out x, Out dimensions) {
    return node("Sum")
        .input(x, dimensions)
        .attr("T", Attrs.type(x.type()))
        .attr("Tidx", Attrs.type(DataType.DT_INT64));
  }

  Out dimensions(List<Long> numbers) {
    return node("dimensions", "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.vector(numbers))
        .emit(DataType.DT_INT64);
  }

  @Override
  public Out matmul(Out a, Out b, boolean transposeA, boolean transposeB) {
    Node product = node("MatMul").input(a, b).attr("T", Attrs.type(a.type()));
    if (transposeA || transposeB) {
      product
          .attr("transpose_a", Attrs.bool(transposeA))
          .attr("transpose_b", Attrs.bool(transposeB));
    }
    return product.emit(a.type());
  }

  @Override
  public Out slot(Out ring, Out index) {
    Out oldest = getSlot(rings.get(ring), index);
    ringReaders.put(ring, oldest);
    return inComputation(oldest);
  }

  @Override
  public Out put(Out ring, Out index, Out value) {
    Out put = setSlot(rings.get(ring), index, cast(value, ring.type()), ringReaders.get(ring));
    wrote(put);
    return put;
  }

  Out getSlot(StateVariable ring, Out index) {
    return new StateParts(ring).get("oldest", factor(index, DataType.DT_INT64));
  }

  Out setSlot(StateVariable ring, Out index, Out value, Out reader) {
    return new StateParts(ring).set("put", factor(index, DataType.DT_INT64), value, reader);
  }

  /** A tensor in another type. */
  Out cast(Out x, DataType type) {
    if (x.type() == type) {
      return x;
    }
    return node("Cast")
        .input(x)
        .attr("SrcT", Attrs.type(x.type()))
        .attr("DstT", Attrs.type(type))
        .emit(type);
  }

  /** A constant vector. */
  Out integers(String name, List<Long> values) {
    return node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.vector(values))
        .emit(DataType.DT_INT64);
  }

  private Node node(String op) {
    return node(op, op);
  }

  /** A node placed with the variable; its name is under the prefix. */
  Node node(String name, String op) {
    return scalars.nodes().node(target.names().of(name), op).with(target.variable());
  }
}
