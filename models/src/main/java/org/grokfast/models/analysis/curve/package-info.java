/**
 * What the curves of a run say: oscillation of the training loss (Notsawo et al., arXiv 2306.13253)
 * and slingshots (Thilak et al., arXiv 2206.04817) with their numerical cause (arXiv 2605.06152).
 *
 * <p>Place in the flow: below {@code analysis}, which reads the curves of a run. Knows no files.
 *
 * <p>Limits: what the papers leave open (trend, window, thresholds) is our choice, and is named as
 * such at each.
 */
package org.grokfast.models.analysis.curve;
