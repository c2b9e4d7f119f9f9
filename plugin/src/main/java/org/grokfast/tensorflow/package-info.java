/**
 * What a user of the library calls for TensorFlow graphs: {@link
 * org.grokfast.tensorflow.GraphRewriter} inserts a filter, {@link
 * org.grokfast.tensorflow.FilterStripper} removes it, {@link org.grokfast.tensorflow.AdamOrderPass}
 * orders the updates of TensorFlow Java's own Adam, {@link org.grokfast.tensorflow.UpdateSites} and
 * {@link org.grokfast.tensorflow.InsertedNodes} only look.
 *
 * <p>Place in the flow: on top of the packages below it, one for each step: {@code file} and {@code
 * nodes} read, {@code graph} indexes, {@code find} finds the gradients, {@code
 * org.grokfast.rewrite} plans, {@code emit} and {@code saver} write nodes. Live graphs are in
 * {@code live}, export for inference in {@code serving}.
 *
 * <p>Limits: no updates in the frames of TensorFlow 1 loops, in code that XLA compiles, or in
 * functions that are called with different variables. Only {@code live} and {@code serving} load
 * TensorFlow's native library.
 */
package org.grokfast.tensorflow;
