/**
 * What every verb needs to speak to a person, a program or a shell: text pages, JSON, exit codes,
 * errors in one line, progress, help.
 *
 * <p>Place in the flow: below all other packages of the command line; imports none of them.
 *
 * <p>Limits: knows no verb and no graph. Data goes to standard output, everything else to standard
 * error.
 */
package org.grokfast.tools.console;
