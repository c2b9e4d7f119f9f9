/**
 * Exports a trained model for serving: what is asked for goes to a child process, which loads the
 * model, writes it for serving, loads what it has written and says what that holds.
 *
 * <p>Place in the flow: below the verb {@code export}, above {@code verify}, whose child process
 * with its limits it shares.
 *
 * <p>Limits: TensorFlow models alone. What runs natively runs in the child.
 */
package org.grokfast.tools.export;
