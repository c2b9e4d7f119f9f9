/**
 * The command line's front door: {@link org.grokfast.tools.Main} puts the verbs together and runs
 * one.
 *
 * <p>Place in the flow: outermost. The packages below it, from the bottom up: {@code console};
 * {@code options} and {@code picture}; {@code verify}, {@code export} and {@code runs}; {@code
 * verbs}, {@code train}, {@code compare} and {@code manual}. None imports one that stands above it.
 *
 * <p>Limits: verbs that only read and write files never load TensorFlow's native library.
 */
package org.grokfast.tools;
