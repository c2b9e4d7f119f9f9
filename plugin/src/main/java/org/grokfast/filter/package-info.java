/**
 * What is inserted: gradient filters, their options, the algebra in which each is written once, and
 * the interpretation of that algebra on plain arrays, which is the oracle of every test.
 *
 * <p>Place in the flow: the last room. Nothing here knows a graph format; {@code rewrite} decides
 * which variable gets which filter, and the format packages emit what {@link
 * org.grokfast.filter.GradientFilter#step} writes.
 *
 * <p>Limits: real floating-point gradients of a statically known shape.
 */
package org.grokfast.filter;
