/**
 * TensorFlow as a graph format: GraphDefs, MetaGraphDefs and SavedModels are recognised and read,
 * and what the command line does with a graph is done by the passes of {@code
 * org.grokfast.tensorflow}.
 *
 * <p>Place in the flow: on top of the other TensorFlow packages that work on files. It is listed in
 * {@code META-INF/services}, and nothing imports it but what runs a graph.
 *
 * <p>Limits: works on protos alone; TensorFlow's native library is never loaded.
 */
package org.grokfast.tensorflow.format;
