/**
 * Sentiment of film reviews: the Large Movie Review Dataset in its several forms, words and their
 * numbers, and the LSTM that learns it.
 *
 * <p>Place in the flow: a task of {@code training}, built of {@code layers}, fed from {@code data}.
 *
 * <p>Limits: English; two layers; CPU float32; can't be trained on Windows, where TensorFlow Java
 * registers no gradients.
 */
package org.grokfast.models.imdb;
