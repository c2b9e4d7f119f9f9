package org.grokfast.models.comparison;

/**
 * What the trainer says of a whole run in {@code result.json}.
 *
 * @param steps the number of updates made
 * @param seconds the time that they took, validations included; NaN if unknown
 * @param peakBytes the most memory that the process had; 0 if unknown
 * @param sustained whether it ended because the accuracy had held
 */
record RunTotals(int steps, double seconds, long peakBytes, boolean sustained) {}
