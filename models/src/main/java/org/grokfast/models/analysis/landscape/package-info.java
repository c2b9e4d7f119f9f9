/**
 * Pictures of the loss around a point: slices along filter-normalised directions (Li et al. 2018,
 * arXiv 1712.09913), and the plane in which a run's own trajectory lies.
 *
 * <p>Place in the flow: below {@code analysis}, which has the losses and the points of a run. Knows
 * no graphs and no files.
 *
 * <p>Limits: a plane is a shadow. How much of the trajectory it holds is always said.
 */
package org.grokfast.models.analysis.landscape;
