package org.grokfast.filter.algebra;

import java.util.List;

/**
 * The algebra for one filter of several: its parameters have a prefix, everything else is the
 * algebra of the whole.
 *
 * @param <S> a scalar
 * @param <T> a tensor
 */
public final class MemberOps<S, T> implements FilterOps<S, T> {
  private final FilterOps<S, T> all;
  private final String prefix;

  /**
   * The algebra for a member.
   *
   * @param all the algebra of the whole
   * @param prefix what stands before the names of the member's parameters
   */
  public MemberOps(FilterOps<S, T> all, String prefix) {
    this.all = all;
    this.prefix = prefix;
  }

  @Override
  public S constant(double value) {
    return all.constant(value);
  }

  @Override
  public S parameter(String name, double value) {
    return all.parameter(prefix + name, value);
  }

  @Override
  public S stepNumber() {
    return all.stepNumber();
  }

  @Override
  public S age() {
    return all.age();
  }

  @Override
  public S scalar(ScalarOp op, S a, S b) {
    return all.scalar(op, a, b);
  }

  @Override
  public S select(S condition, S a, S b) {
    return all.select(condition, a, b);
  }

  @Override
  public List<Long> shape() {
    return all.shape();
  }

  @Override
  public T variable() {
    return all.variable();
  }

  @Override
  public T broadcast(S scalar) {
    return all.broadcast(scalar);
  }

  @Override
  public T scale(S factor, T x) {
    return all.scale(factor, x);
  }

  @Override
  public T amplify(S gain, T x) {
    return all.amplify(gain, x);
  }

  @Override
  public T unary(UnaryOp op, T x) {
    return all.unary(op, x);
  }

  @Override
  public T binary(BinaryOp op, T a, T b) {
    return all.binary(op, a, b);
  }

  @Override
  public T matmul(T a, T b, boolean transposeA, boolean transposeB) {
    return all.matmul(a, b, transposeA, transposeB);
  }

  @Override
  public T sum(T x) {
    return all.sum(x);
  }

  @Override
  public T sum(T x, List<Integer> axes) {
    return all.sum(x, axes);
  }

  @Override
  public T where(S condition, T a, T b) {
    return all.where(condition, a, b);
  }

  @Override
  public T whereFinite(T probe, T a, T b) {
    return all.whereFinite(probe, a, b);
  }

  @Override
  public T stored(T x) {
    return all.stored(x);
  }

  @Override
  public T slot(T ring, S index) {
    return all.slot(ring, index);
  }

  @Override
  public T put(T ring, S index, T value) {
    return all.put(ring, index, value);
  }

  // Derived, but a format may have a kernel of its own for each.

  @Override
  public T norm(T x) {
    return all.norm(x);
  }

  @Override
  public T normalized(T x, double floor) {
    return all.normalized(x, floor);
  }

  @Override
  public T gram(T x) {
    return all.gram(x);
  }

  @Override
  public T product(T square, T x) {
    return all.product(square, x);
  }
}
