/**
 * A SavedModel that has a signature by which it trains, as a task: its own optimizer stays, and the
 * filter is put into the loaded graph.
 *
 * <p>Place in the flow: a task like the others, which {@code training} runs; a user's class extends
 * {@link org.grokfast.models.saved.SavedModelTask} and brings the data.
 *
 * <p>Limits: the initial weights are those of the file whatever the seed, so that seeds differ in
 * the order of the examples alone; there is nothing for {@code export} and {@code analyze}, which
 * need a model that is built here.
 */
package org.grokfast.models.saved;
