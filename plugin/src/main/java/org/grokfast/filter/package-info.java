/**
 * What is inserted: the gradient filters with their options, which variables they apply to, their
 * descriptions, and their reference implementation on plain arrays, against which every emitted
 * graph is tested.
 *
 * <p>Place in the flow: below {@code rewrite}, which decides which variable gets which filter.
 * Nothing here knows a graph format: a filter is written once, in {@link
 * org.grokfast.filter.GradientFilter#step}, in terms of {@code org.grokfast.filter.algebra}, and
 * the format packages interpret it.
 *
 * <p>Limits: real floating-point gradients of a statically known shape.
 */
package org.grokfast.filter;
