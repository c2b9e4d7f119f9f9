/**
 * What reading and writing of files have in common in all graph formats: limits, contained reading,
 * atomic output, the recognition of files that are no graph, and names in messages.
 *
 * <p>Place in the flow: under the first and the last step. {@code tensorflow} and {@code onnx} read
 * and write through it; it knows neither.
 *
 * <p>Limits: a file is read into one array, so at most 2 GiB.
 */
package org.grokfast.io;
