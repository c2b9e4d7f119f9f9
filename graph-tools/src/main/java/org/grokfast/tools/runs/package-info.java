/**
 * Training runs, several at a time, restartable, with one display: as processes of their own, or
 * wherever the engine of another jar makes them.
 *
 * <p>Place in the flow: below the verbs that compare and tune. What a run is and what came of it is
 * the business of {@code org.grokfast.models.comparison}.
 *
 * <p>Limits: without such a jar one machine; a run that fails doesn't keep the others from running.
 */
package org.grokfast.tools.runs;
