/**
 * Robustness and information of what a network makes of its inputs: matrix entropy and mutual
 * information of cosine Gram matrices, and the test of commutativity (Tan and Huang, arXiv
 * 2311.06597).
 *
 * <p>Place in the flow: below {@code analysis}, which has the features of a run's checkpoints.
 * Knows no graphs and no files.
 *
 * <p>Limits: a Gram matrix has a row an example, so that its eigenvalues cost the cube of their
 * number.
 */
package org.grokfast.models.analysis.information;
