/**
 * Probes: what is measured inside a graph in a step of training. A probe is to measurement what a
 * filter is to gradients: written once in the algebra, as sums over the elements of each variable
 * and a function of them, which gives the same for one variable and for all together.
 *
 * <p>Place in the flow: below {@code filter}, whose options say what is measured; the emitters of
 * the formats write probes beside the filter of each site.
 *
 * <p>Limits: sums are taken in the format of the filter's computation, float32 or float64. Nothing
 * that is measured enters the training.
 */
package org.grokfast.probe;
