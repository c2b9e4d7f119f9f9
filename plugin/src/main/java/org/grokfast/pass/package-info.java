/**
 * Passes: what a step of training does to the weights beside the gradient filter, before the
 * update, behind it or in its place. A pass is to weights what a filter is to gradients: written
 * once in the algebra, as actions on a variable and on tensors of its shape that are kept from step
 * to step.
 *
 * <pre>
 *   gradient ─▶ filter ─▶ (actions before) ─▶ update, or a rule in its place ─▶ (actions after)
 * </pre>
 *
 * <p>Place in the flow: below {@code filter}, whose options say which passes there are; the
 * emitters of the formats write them around the update of each variable.
 *
 * <p>Limits: a pass sees one variable at a time, and of the optimizer its learning rate alone.
 */
package org.grokfast.pass;
