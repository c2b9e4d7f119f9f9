/**
 * Text that people and shells read: words of commands that are printed to be pasted, and which
 * characters may be printed at all.
 *
 * <p>Place in the flow: below everything; messages of all steps quote with it.
 *
 * <p>Limits: quotes for POSIX shells alone.
 */
package org.grokfast.text;
