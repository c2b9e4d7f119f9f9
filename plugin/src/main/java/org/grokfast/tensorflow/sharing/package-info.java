/**
 * Which update sites of a plan share the state that is kept for their variable, and where passes
 * would need a count that they don't share.
 *
 * <p>Place in the flow: between the plan and {@code tensorflow.emit}, which declares the state.
 *
 * <p>Limits: reads the plan and the graph; changes neither.
 */
package org.grokfast.tensorflow.sharing;
