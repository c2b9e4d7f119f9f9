/**
 * The files of public data sets: where they lie, whether they are the right ones, and how they are
 * fetched.
 *
 * <p>Place in the flow: below the tasks; knows neither graphs nor what is in a file.
 *
 * <p>Limits: whole files in memory; HTTP and HTTPS without resumption.
 */
package org.grokfast.models.data;
