/**
 * The verb {@code train}: its options and the run itself, with progress and a summary.
 *
 * <p>Place in the flow: on top of {@code org.grokfast.models}, which trains.
 *
 * <p>Limits: one run in this process; {@code compare} makes many.
 */
package org.grokfast.tools.train;
