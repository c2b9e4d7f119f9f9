/**
 * The verb {@code analyze}: what happened in a run, from its checkpoints.
 *
 * <p>Place in the flow: beside {@code compare}, on top of {@code train}, which can make the task of
 * a run again from the options it was started with.
 *
 * <p>Limits: one run at a time.
 */
package org.grokfast.tools.analyze;
