/**
 * What happened in a run, from its checkpoints: norms, information and robustness, commutativity,
 * the commutator defect, sharpness against the thresholds of stability, heavy tails, slingshots,
 * the landscape around the trajectory. {@link org.grokfast.models.analysis.RunAnalysis} is the way
 * in.
 *
 * <p>Place in the flow: above {@code training}, whose run folders it reads, and above the packages
 * below it, which have the computations. Nothing here trains or changes a run's files.
 *
 * <p>Limits: what is known between two checkpoints are the validations' losses and accuracies
 * alone.
 */
package org.grokfast.models.analysis;
