/**
 * How a filter answers to gradients of each frequency: the formulas, and what a wrapped graph does.
 *
 * <p>Place in the flow: below {@code analysis.spectrum}, which needs the response for the threshold
 * of stability.
 *
 * <p>Limits: linear filters. A filter whose output isn't linear in the gradients has no frequency
 * response and is refused.
 */
package org.grokfast.models.analysis.response;
