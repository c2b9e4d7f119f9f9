/**
 * A task's loss as a function of its parameters: values, gradients and products of the Hessian with
 * vectors, which the graph computes.
 *
 * <p>Place in the flow: between {@code task}, whose models it builds, and {@code analysis}, which
 * takes these functions at a run's checkpoints. Nothing here trains.
 *
 * <p>Limits: parameters are float32 reference variables, as {@code TaskModel} has them. The loss is
 * a mean over examples, so that batches are weighted by their size.
 */
package org.grokfast.models.analysis.graph;
