/**
 * Reading, checking and writing of TensorFlow graph files: GraphDef and MetaGraphDef in binary and
 * text form, SavedModel folders, and the listing of a checkpoint's index.
 *
 * <p>Place in the flow: the first and the last step. {@link
 * org.grokfast.tensorflow.file.GraphFileReader} turns a path, a stream or bytes into a {@link
 * org.grokfast.tensorflow.file.GraphFile}; {@link org.grokfast.tensorflow.file.GraphValidator}
 * checks what came from elsewhere; {@link org.grokfast.tensorflow.file.GraphFileWriter} puts the
 * result in its place in one step.
 *
 * <p>Limits: only the generated protobuf classes are used, so TensorFlow's native library is never
 * loaded, and with it neither op definitions nor shape inference: arity and types of inputs are not
 * checked here. One protobuf message is at most 2 GiB; the chunked SavedModel format ({@code
 * saved_model.cpb}) is recognised and refused.
 */
package org.grokfast.tensorflow.file;
