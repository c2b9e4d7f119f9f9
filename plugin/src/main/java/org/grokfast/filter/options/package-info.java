/**
 * The options that all filters share: when they act, on which variables, and what they do with
 * sparse gradients, NaN and infinities.
 *
 * <p>Place in the flow: below the filters. {@link org.grokfast.filter.FilterOptions} puts these
 * together; {@code rewrite} resolves the patterns.
 *
 * <p>Limits: nothing here knows a filter. What a filter can't have, its type refuses.
 */
package org.grokfast.filter.options;
