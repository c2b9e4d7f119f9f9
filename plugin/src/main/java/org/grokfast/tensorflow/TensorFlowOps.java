package org.grokfast.tensorflow;

import java.util.HashMap;
import java.util.Map;
import org.grokfast.filter.FilterOps;
import org.grokfast.tensorflow.NodeEmitter.Node;
import org.grokfast.tensorflow.NodeEmitter.Out;
import org.tensorflow.proto.DataType;

/**
 * The algebra as TensorFlow nodes, for one variable. A ring is the output of its variable: {@link
 * #slot} and {@link #put} work on the variable in place.
 */
final class TensorFlowOps implements FilterOps<Out, Out> {
  private final NodeEmitter emitter;
  private final Scalars scalars;
  private final Site site;
  private final Map<Out, StateVariable> rings = new HashMap<>();
  private final Map<Out, Out> ringReaders = new HashMap<>();

  /**
   * The variable that is served.
   *
   * @param variable its node
   * @param prefix the start of the names of what is emitted
   * @param types the types of the computation and of the state
   * @param stepNumber the number of this step
   */
  record Site(VariableNode variable, String prefix, Types types, Out stepNumber) {}

  /**
   * Types of a filter.
   *
   * @param computation in which it computes
   * @param storage in which it stores
   */
  record Types(DataType computation, DataType storage) {}

  /** Where a parameter of this variable lives. */
  interface ParameterPath {
    /** The path below the root for a parameter of this name and value. */
    String of(String name, double value);
  }

  private final ParameterPath parameterPath;

  TensorFlowOps(NodeEmitter emitter, Scalars scalars, Site site, ParameterPath parameterPath) {
    this.emitter = emitter;
    this.scalars = scalars;
    this.site = site;
    this.parameterPath = parameterPath;
  }

  /** The tensor that stands for a ring in the algebra. */
  Out ring(StateVariable variable) {
    Out out = new Out(variable.name(), variable.spec().type());
    rings.put(out, variable);
    return out;
  }

  @Override
  public Out constant(double value) {
    return scalars.constant(value);
  }

  @Override
  public Out parameter(String name, double value) {
    return scalars.parameter(parameterPath.of(name, value), value);
  }

  @Override
  public Out stepNumber() {
    return site.stepNumber();
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
    return binary("Mul", x, scalars.cast(factor, x.type()));
  }

  @Override
  public Out amplify(Out gain, Out x) {
    return binary("MulNoNan", x, scalars.cast(gain, x.type()));
  }

  @Override
  public Out plus(Out a, Out b) {
    return binary("AddV2", a, b);
  }

  @Override
  public Out minus(Out a, Out b) {
    return binary("Sub", a, b);
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
    return cast(cast(x, site.types().storage()), x.type());
  }

  @Override
  public Out slot(Out ring, Out index) {
    Out oldest = rings.get(ring).slot(scalars.cast(index, DataType.DT_INT64));
    ringReaders.put(ring, oldest);
    return cast(oldest, site.types().computation());
  }

  @Override
  public Out put(Out ring, Out index, Out value) {
    return rings
        .get(ring)
        .put(
            scalars.cast(index, DataType.DT_INT64),
            cast(value, ring.type()),
            ringReaders.get(ring));
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

  private Node node(String op) {
    return emitter.node(site.prefix() + "/" + op, op).with(site.variable());
  }
}
