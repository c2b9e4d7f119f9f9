/**
 * Changes to nodes that are there already: inputs that move, control inputs that are added, shapes
 * that no longer hold, and updates that something has to follow, or that are thrown away in some
 * steps.
 *
 * <p>Place in the flow: between the index of a graph and {@code tensorflow.emit}, which says what
 * changes.
 *
 * <p>Limits: nodes keep their names and their order; each change can be undone from what the
 * changed node says of itself.
 */
package org.grokfast.tensorflow.edit;
