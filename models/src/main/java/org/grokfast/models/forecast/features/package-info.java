/**
 * What is known of a run after its first steps, as numbers: one small class for each feature.
 *
 * <p>Place in the flow: above {@code training.files}, whose metrics it reads, and {@code
 * analysis.curve}, which has the spectrum and Hjorth's parameters; below {@code forecast}.
 *
 * <p>Limits: one row a step; nothing here looks at weights.
 */
package org.grokfast.models.forecast.features;
