/**
 * How a planned filter is written into a graph, once for all formats: names, the order in which
 * state is declared, read and written, and what replaces the gradient.
 *
 * <p>Place in the flow: after the plan of {@code rewrite}, before the {@code emit} packages of the
 * formats, which implement {@link org.grokfast.rewrite.emit.GraphBackend}.
 *
 * <p>Limits: knows no graph format; which nodes stand for what is the backend's.
 */
package org.grokfast.rewrite.emit;
