/**
 * The random numbers of PyTorch 2.13 on a CPU, so that a run can be compared with one of the
 * reference implementation seed by seed.
 *
 * <p>Place in the flow: below the layers and the tasks; knows neither graphs nor data.
 *
 * <p>Limits: float32, one thread, what the models need.
 */
package org.grokfast.models.random;
