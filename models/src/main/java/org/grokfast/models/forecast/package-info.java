/**
 * Will a run generalise, and when? From its first 400 steps, by a logistic model that is fitted to
 * hundreds of small runs; {@link org.grokfast.models.forecast.Forecaster} is the way in.
 *
 * <p>Place in the flow: above {@code training.files}, whose run folders it reads, and {@code
 * forecast.features}. The fit is no part of it: a study among the tests writes the model, which is
 * a resource here.
 *
 * <p>Limits: one kind of run, that of {@link org.grokfast.models.forecast.Calibration}; for every
 * other there is no forecast.
 */
package org.grokfast.models.forecast;
