/**
 * How rules are tested: graphs as text before and after, the laws that hold for every case, and the
 * pages of {@code docs/rules}, which are made from the cases. Knows no graph format.
 */
package org.grokfast.rules;
