/**
 * Adam, AdamW and Muon with the arithmetic of {@code torch.optim} and the reference's learning-rate
 * warm-up. They replace the framework's Adam, whose powers move without an order against the
 * updates, so that a step may see the next step's scalars.
 *
 * <p>Place in the flow: {@code training} hands them gradients, filtered or not.
 *
 * <p>Limits: dense gradients of reference variables.
 */
package org.grokfast.models.optimizer;
