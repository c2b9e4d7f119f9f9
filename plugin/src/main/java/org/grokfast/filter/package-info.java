/**
 * What is inserted: gradient filters, and for each its {@link org.grokfast.filter.FilterType}, from
 * which descriptions, options, searches and documentation derive. A new filter is a file here and a
 * line in {@link org.grokfast.filter.Filters}.
 *
 * <p>Place in the flow: what {@code rewrite} plans and the format packages emit. Nothing here knows
 * a graph format. {@code filter.algebra} is the language in which each filter is written once,
 * {@code filter.options} holds what all filters share, {@code filter.arrays} runs filters on plain
 * arrays, which is the oracle of every test.
 *
 * <p>Limits: real floating-point gradients of a statically known shape.
 */
package org.grokfast.filter;
