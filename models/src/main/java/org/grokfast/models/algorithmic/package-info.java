/**
 * Algorithmic data: the equations, their split, and the decoder that learns them.
 *
 * <p>Place in the flow: a task of {@code training}, built of {@code layers}.
 *
 * <p>Limits: equations of two operands, modulo a prime or in S5; CPU float32.
 */
package org.grokfast.models.algorithmic;
