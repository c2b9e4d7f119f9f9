/**
 * Reading and writing files safely, and what a graph format is: {@link org.grokfast.io.GraphFormat}
 * recognises and reads files, {@link org.grokfast.io.ModelFile} is a graph that was read, {@link
 * org.grokfast.io.Formats} asks the formats that are listed in {@code
 * META-INF/services/org.grokfast.io.GraphFormat}. Also limits, contained reading, atomic output,
 * files that are no graph, and names in messages.
 *
 * <p>Place in the flow: under the first and the last step. The packages of a format read and write
 * through it; whoever works on whatever graph there is uses {@code Formats} and {@code ModelFile}.
 * It knows no format.
 *
 * <p>Limits: a file is read into one array, so at most 2 GiB.
 */
package org.grokfast.io;
