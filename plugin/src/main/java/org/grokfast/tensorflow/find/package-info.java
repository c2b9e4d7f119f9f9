/**
 * The rules that find where gradients reach optimizers, one class for each way in which an
 * optimizer takes a gradient; gradients that the user names; and where in the program a site
 * stands.
 *
 * <p>Place in the flow: find. A rule reads the index of {@code org.grokfast.tensorflow.graph} and
 * returns an {@link org.grokfast.rewrite.UpdateSite}, or a {@link org.grokfast.rewrite.NearMiss}
 * with the reason.
 *
 * <p>Limits: see the rules; what no rule knows the user can name.
 */
package org.grokfast.tensorflow.find;
