/**
 * What the update of one variable is like: where its gradient ends and the optimizer's arithmetic
 * begins, what is its rate, what is an average, what is a trial that is taken back, and which rows
 * a sparse gradient is of.
 *
 * <p>Place in the flow: on {@code org.grokfast.tensorflow.find.roles}; below the rules of {@code
 * org.grokfast.tensorflow.find}, which use it for optimizers that are written in plain ops.
 *
 * <p>Limits: what an update does beyond sums, products and choices is arithmetic that may hold no
 * gradient; a rule refuses what can't be told apart.
 */
package org.grokfast.tensorflow.find.update;
