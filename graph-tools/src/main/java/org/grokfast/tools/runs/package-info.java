/**
 * Training runs as processes of their own: several at a time, restartable, with one display.
 *
 * <p>Place in the flow: below the verbs that compare and tune. What a run is and what it came to,
 * {@code org.grokfast.models.comparison} knows.
 */
package org.grokfast.tools.runs;
