/**
 * The study behind {@code grokfast forecast}: hundreds of small runs, what is known of each after
 * 400 steps and whether it generalised, the fit of the shipped forecast, and its figures.
 *
 * <p>Place in the flow: above everything; {@code docs/results/forecast.md} and the resource of
 * {@code org.grokfast.models.forecast} are written here.
 *
 * <p>Limits: one kind of task, the algorithmic one, with a narrow decoder.
 */
package org.grokfast.tests.forecast;
