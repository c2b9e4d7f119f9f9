/**
 * Proves by numbers that a tensor is the gradient of a loss, without knowing how it came about.
 *
 * <pre>
 *   (loss(x + h·d) − loss(x − h·d)) / 2h   ≈   factor · ⟨d, tensor⟩      for random directions d
 * </pre>
 *
 * The factor is the same for all directions where the tensor is the gradient up to a scale, and the
 * same in all steps where that scale does not move.
 *
 * <p>Place in the flow: beside it. The mathematics of the proof of {@code verify} and of live
 * graphs; knows no graph format, and leaves it to others to run the losses.
 *
 * <p>Limits: what a tensor has beside the gradient is not seen where it is smaller than the
 * tolerance, a thousandth, or than the noise of the loss, which the result states. A loss that
 * draws other random numbers in every run can't be differentiated.
 */
package org.grokfast.proof;
