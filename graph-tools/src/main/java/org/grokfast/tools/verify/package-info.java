/**
 * What comparing an original training graph with its rewritten form needs whatever its format: the
 * child process, the inputs, the tolerance, the outcome. Graphs run in a child process, since a
 * graph from a file can crash it; the two processes exchange files in a folder.
 *
 * <p>Place in the flow: below the verb {@code verify}. {@code tensorflow} and {@code onnx} below it
 * run the graphs of their format.
 *
 * <p>Limits: both graphs are trained on the same inputs from the same values for a number of steps.
 * What they are compared with shares the rules' belief about gradients; {@code proof} does not.
 */
package org.grokfast.tools.verify;
