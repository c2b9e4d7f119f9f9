package org.grokfast.probe;

/**
 * What a probe sees of a variable in a step, beside the variable itself, which the algebra gives.
 *
 * @param gradient the gradient that enters the filter
 * @param filtered what the filter gives, before it is rounded to the gradient's format: a cast back
 *     would let a runtime drop the rounding itself
 * @param <T> a tensor of the algebra, both in the format of the computation
 */
public record Seen<T>(T gradient, T filtered) {}
