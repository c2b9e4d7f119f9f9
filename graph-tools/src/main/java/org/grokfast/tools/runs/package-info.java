/**
 * Training runs as processes of their own: several at a time, restartable, with one display.
 *
 * <p>Place in the flow: below the verbs that compare and tune. What a run is and what came of it is
 * the business of {@code org.grokfast.models.comparison}.
 *
 * <p>Limits: one machine; a run that fails doesn't keep the others from running.
 */
package org.grokfast.tools.runs;
