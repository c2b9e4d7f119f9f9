package org.grokfast.filter.algebra;

/**
 * The slow component of a gradient: what an additive filter amplifies.
 *
 * @param gain lamb as the schedule leaves it in this step
 * @param weight the factor of {@code tensor}: the gain and whatever normalises the tensor
 * @param tensor the average, or the sum that stands for it
 * @param <S> a scalar of the algebra
 * @param <T> a tensor of the algebra
 */
public record SlowComponent<S, T>(S gain, S weight, T tensor) {}
