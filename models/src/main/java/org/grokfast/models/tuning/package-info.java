/**
 * The search for good settings: what is varied over which range, and how successive halving spends
 * a budget.
 *
 * <p>Place in the flow: above {@code comparison}, which says what runs came to; below the command
 * line, which makes them.
 *
 * <p>Limits: a random search, halved; what it finds is the best of what it tried.
 */
package org.grokfast.models.tuning;
