/**
 * MNIST: handwritten digits, and the perceptron that learns a thousand of them.
 *
 * <p>Place in the flow: a task of {@code training}, built of {@code layers}, on files of {@code
 * data}.
 *
 * <p>Limits: the four files of the original data set and no others; the reference's model.
 */
package org.grokfast.models.mnist;
