/**
 * Whether long runs keep their size: training for minutes, and thousands of rounds of wrapping a
 * graph, opening a session and closing both, each in a process of its own that counts its memory,
 * its file handles and its native objects. At the end of the flow. Reads {@code /proc}, so Linux
 * only.
 */
package org.grokfast.tests.soak;
