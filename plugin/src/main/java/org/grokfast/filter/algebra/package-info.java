/**
 * The algebra in which a filter is written once, as a pure function of (gradient, old state), and
 * its interpreter on plain arrays. The format packages hold the other interpreters, which emit
 * nodes.
 *
 * <p>Place in the flow: below {@code filter}; it knows neither filters nor graph formats.
 *
 * <p>Limits: real floating-point tensors and float64 scalars; shapes are static. Reading and
 * writing state is not part of it: an emitter does that, and decides the order.
 */
package org.grokfast.filter.algebra;
