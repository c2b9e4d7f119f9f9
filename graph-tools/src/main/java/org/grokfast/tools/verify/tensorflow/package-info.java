/**
 * Runs an original and a rewritten TensorFlow training graph and compares them: filtered gradients
 * with the reference implementation on the same raw gradients, and, with lamb at zero, the weights
 * with those of the original.
 *
 * <p>Place in the flow: a plan is made from the graphs alone, the child process carries it out, and
 * only there is TensorFlow loaded.
 *
 * <p>Limits: one machine, one thread, so that runs repeat bit for bit.
 */
package org.grokfast.tools.verify.tensorflow;
