/**
 * What the command line says about itself: {@code help}, completion scripts, man pages and the
 * manual {@code docs/cli.md}.
 *
 * <p>Place in the flow: above the verbs, whose descriptions it prints; the build runs it.
 *
 * <p>Limits: adds no text of its own; what a verb doesn't say is not in the manual.
 */
package org.grokfast.tools.manual;
