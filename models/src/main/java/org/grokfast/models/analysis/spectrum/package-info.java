/**
 * Eigenvalues: of the Hessian by products with vectors (Lanczos, stochastic Lanczos quadrature),
 * the thresholds of stability that they are held against, and the tails of the spectra of weights.
 *
 * <p>Place in the flow: below {@code analysis.graph}, which has the products of a task's Hessian.
 * Knows no graphs and no files.
 *
 * <p>Limits: symmetric operators in float64; all vectors of a decomposition are kept, at 8 bytes a
 * number.
 */
package org.grokfast.models.analysis.spectrum;
