/** TensorFlow graphs for {@code org.grokfast.rules}: their text, and a session that runs them. */
package org.grokfast.tensorflow.rules;
