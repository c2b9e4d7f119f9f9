/**
 * Looking at graphs without changing them: what is in one, what is dangerous about it, and in what
 * two differ.
 *
 * <p>Place in the flow: beside the pass. Takes what {@code org.grokfast.tensorflow.file} has read,
 * asks the rules of {@code org.grokfast.tensorflow}, and hands plain records to whoever prints
 * them. Never loads TensorFlow's native library.
 *
 * <p>Limits: op definitions are not at hand, so types and shapes of tensors other than variables
 * are not known.
 */
package org.grokfast.tensorflow.inspect;
