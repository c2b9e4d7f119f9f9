/**
 * Statistics of a handful of numbers of which some are known within bounds alone: medians, ratios
 * with their intervals, tests.
 *
 * <p>Place in the flow: below {@code comparison} and {@code tuning}, whose runs end where they end.
 *
 * <p>Limits: below five pairs there is no interval, and with five the smallest two-sided p is 1/16.
 */
package org.grokfast.models.statistics;
