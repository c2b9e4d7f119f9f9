/**
 * Sparse parity: random signs, and the perceptron that finds the few that count.
 *
 * <p>Place in the flow: a task of {@code training}, built of {@code layers}.
 *
 * <p>Limits: uniform inputs without noise; CPU float32.
 */
package org.grokfast.models.parity;
