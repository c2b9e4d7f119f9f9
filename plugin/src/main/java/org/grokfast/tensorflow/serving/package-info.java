/**
 * Exports a SavedModel for inference from a session that trains: no optimizer, no gradients, no
 * filter; present values.
 *
 * <p>Place in the flow: beside the rewriting; the session and its graph go on unchanged.
 *
 * <p>Limits: loads TensorFlow's native library. Reference and resource variables; no tables or
 * datasets.
 */
package org.grokfast.tensorflow.serving;
