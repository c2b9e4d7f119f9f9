/**
 * What inference needs: a SavedModel exported from a session that trains, without optimizer,
 * gradients and filter and with the present values; or the part of a graph file that given outputs
 * need.
 *
 * <p>Place in the flow: beside the rewriting; the session, its graph and the file stay as they are.
 *
 * <p>Limits: exporting from a session loads TensorFlow's native library, cutting a file doesn't.
 * Reference and resource variables; no tables or datasets.
 */
package org.grokfast.tensorflow.serving;
