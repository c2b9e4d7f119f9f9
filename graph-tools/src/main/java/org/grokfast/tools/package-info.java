/**
 * The command line: one class a verb.
 *
 * <p>Place in the flow: outermost. Verbs read options, call {@code plugin} and {@code models}, and
 * print. Data goes to standard output, everything else to standard error; {@link
 * org.grokfast.tools.console.ExitCode} lists the exit codes.
 *
 * <p>Limits: verbs that only read and write files never load TensorFlow's native library.
 */
package org.grokfast.tools;
