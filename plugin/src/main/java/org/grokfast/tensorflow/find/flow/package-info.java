/**
 * How values flow through a whole program, with all function calls inlined.
 *
 * <p>Place in the flow: below {@code org.grokfast.tensorflow.find.roles}, which decides on it what
 * tensors are for. Names play no part in it.
 *
 * <p>Limits: a fixed bound on the number of inlined instances; the bodies of TensorFlow 1 loops are
 * followed, but are no place for an update.
 */
package org.grokfast.tensorflow.find.flow;
