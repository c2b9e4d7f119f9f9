package org.grokfast.tensorflow.emit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.grokfast.filter.algebra.SlowComponent;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/**
 * The algebra for the rows of a sparse gradient: tensors have a part for each distinct row, and so
 * have the scalars that depend on the {@linkplain #age() age}; those have the shape {@code [rows,
 * 1, …, 1]}, so that they broadcast.
 */
final class LazyOps extends TensorFlowOps {
  private final Occurrences occurrences;
  private final Set<Out> rowWise = new HashSet<>();
  private final Out columns;
  private final Out age;
  private Out places;

  /**
   * The rows of a site.
   *
   * @param occurrences which rows occur
   * @param seen how often each row has occurred, a float64 a row
   * @param rank the number of the variable's dimensions
   */
  record Rows(Occurrences occurrences, StateVariable seen, int rank) {}

  LazyOps(Scalars scalars, Target target, Rows rows) {
    super(scalars, target);
    occurrences = rows.occurrences();
    Stream<Long> ones = Stream.generate(() -> 1L).limit(rows.rank() - 1L);
    columns = integers("columns", Stream.concat(Stream.of(-1L), ones).toList());
    age = column(count(rows.seen()));
  }

  /** How often each row has occurred, this step included. */
  private Out count(StateVariable seen) {
    StateParts parts = new StateParts(seen);
    Out one =
        seen.node("one", "Const")
            .attr("dtype", Attrs.type(DataType.DT_DOUBLE))
            .attr("value", Attrs.scalar(1.0))
            .emit(DataType.DT_DOUBLE);
    Out next =
        seen.node("next", "AddV2")
            .input(parts.get("of_rows", occurrences.distinct()), one)
            .attr("T", Attrs.type(DataType.DT_DOUBLE))
            .emit(DataType.DT_DOUBLE);
    wrote(parts.set("update", occurrences.distinct(), next));
    return next;
  }

  @Override
  public Out age() {
    return age;
  }

  /** A vector as a column. */
  private Out column(Out vector) {
    return markRowWise(reshape(vector, columns));
  }

  private Out reshape(Out x, Out shape) {
    return node("Reshape", "Reshape")
        .input(x, shape)
        .attr("T", Attrs.type(x.type()))
        .attr("Tshape", Attrs.type(DataType.DT_INT64))
        .emit(x.type());
  }

  private Out markRowWise(Out scalar) {
    rowWise.add(scalar);
    return scalar;
  }

  @Override
  public Out scalar(ScalarOp op, Out a, Out b) {
    if (!rowWise.contains(a) && !rowWise.contains(b)) {
      return super.scalar(op, a, b);
    }
    return markRowWise(
        node(OpNames.of(op), OpNames.of(op))
            .input(a, b)
            .attr("T", Attrs.type(DataType.DT_DOUBLE))
            .emit(Scalars.typeOf(op)));
  }

  @Override
  public Out select(Out condition, Out a, Out b) {
    if (Stream.of(condition, a, b).noneMatch(rowWise::contains)) {
      return super.select(condition, a, b);
    }
    return markRowWise(
        node("SelectV2", "SelectV2")
            .input(condition, a, b)
            .attr("T", Attrs.type(DataType.DT_DOUBLE))
            .emit(DataType.DT_DOUBLE));
  }

  @Override
  Out factor(Out scalar, DataType type) {
    return rowWise.contains(scalar) ? cast(scalar, type) : super.factor(scalar, type);
  }

  @Override
  public Out where(Out condition, Out a, Out b) {
    return node("SelectV2", "SelectV2")
        .input(condition, a, b)
        .attr("T", Attrs.type(a.type()))
        .emit(a.type());
  }

  /** A row is a variable of its own, with one dimension. */
  @Override
  public List<Long> shape() {
    List<Long> row = super.shape().subList(1, super.shape().size());
    return List.of(row.stream().reduce(1L, (a, b) -> a * b));
  }

  @Override
  Out read(VariableRead read) {
    return read.rows(occurrences.distinct());
  }

  /** One sum for each row. */
  @Override
  public Out sum(Out x) {
    List<Long> all = LongStream.range(1, super.shape().size()).boxed().toList();
    return sums(x, dimensions(all)).attr("keep_dims", Attrs.bool(true)).emit(x.type());
  }

  @Override
  public Out sum(Out x, List<Integer> axes) {
    throw wholeVariable();
  }

  @Override
  public Out matmul(Out a, Out b, boolean transposeA, boolean transposeB) {
    throw wholeVariable();
  }

  private static GraphRewriteException wholeVariable() {
    return new GraphRewriteException(
        "the filter needs whole variables and sparse=lazy gives it rows; use sparse=densify");
  }

  @Override
  Out read(StateVariable variable) {
    return inComputation(new StateParts(variable).get("of_rows", occurrences.distinct()));
  }

  @Override
  void write(StateVariable variable, Out value) {
    Out stored = cast(value, variable.spec().type());
    wrote(new StateParts(variable).set("update", occurrences.distinct(), stored));
  }

  @Override
  Out getSlot(StateVariable ring, Out index) {
    return new StateParts(ring).getAt("oldest", places(index));
  }

  @Override
  Out setSlot(StateVariable ring, Out index, Out value, Out reader) {
    return new StateParts(ring).setAt("put", places(index), value, reader);
  }

  /** For each row, its slot and its number. */
  private Out places(Out index) {
    if (places == null) {
      Out vector = integers("vector", List.of(-1L));
      Out slots = reshape(cast(index, DataType.DT_INT64), vector);
      places =
          node("places", "Pack")
              .input(slots, cast(occurrences.distinct(), DataType.DT_INT64))
              .attr("T", Attrs.type(DataType.DT_INT64))
              .attr("N", Attrs.integer(2))
              .attr("axis", Attrs.integer(1))
              .emit(DataType.DT_INT64);
    }
    return places;
  }

  /**
   * The same for each occurrence. The optimizer adds the occurrences of a row up, so that the first
   * of them takes the slow part.
   */
  @Override
  SlowComponent<Out, Out> shared(SlowComponent<Out, Out> slow) {
    Out weight = select(column(occurrences.first()), spreadScalar(slow.weight()), constant(0));
    Out tensor = occurrences.spread(slow.tensor(), target().variable());
    return new SlowComponent<>(spreadScalar(slow.gain()), weight, tensor);
  }

  private Out spreadScalar(Out scalar) {
    return rowWise.contains(scalar)
        ? markRowWise(occurrences.spread(scalar, target().variable()))
        : scalar;
  }
}
