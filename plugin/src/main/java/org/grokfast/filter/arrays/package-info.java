/**
 * Filters run on plain arrays: the oracle that every emitted graph is compared with, by the tests
 * and by {@code grokfast verify}.
 *
 * <p>Place in the flow: beside the emitters of the graph formats; it interprets the same filters.
 *
 * <p>Limits: one variable at a time, in one thread. Written for clarity, not for speed.
 */
package org.grokfast.filter.arrays;
