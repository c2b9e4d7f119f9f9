/**
 * Gradient filters for training graphs of TensorFlow and ONNX. Start with {@link
 * org.grokfast.Grokfast} for live graphs of TensorFlow Java.
 */
module org.grokfast {
  requires transitive com.google.protobuf;
  requires transitive org.tensorflow.ndarray;
  requires transitive org.tribuo.util.onnx;
  requires transitive tensorflow;
  requires transitive tensorflow.framework;
  requires transitive tensorflow.nativelib;
  requires com.fasterxml.jackson.databind;
  requires flatbuffers.java;
  requires org.slf4j;
  // Brought along by programs that run ONNX models with it.
  requires static com.microsoft.onnxruntime;

  exports org.grokfast;
  exports org.grokfast.filter;
  exports org.grokfast.filter.algebra;
  exports org.grokfast.filter.arrays;
  exports org.grokfast.filter.options;
  exports org.grokfast.io;
  exports org.grokfast.onnx;
  exports org.grokfast.onnx.file;
  exports org.grokfast.onnx.format;
  exports org.grokfast.onnx.graph;
  exports org.grokfast.onnx.inspect;
  exports org.grokfast.onnx.training;
  exports org.grokfast.pass;
  exports org.grokfast.probe;
  exports org.grokfast.proof;
  exports org.grokfast.rewrite;
  exports org.grokfast.rewrite.coverage;
  exports org.grokfast.tensorflow;
  exports org.grokfast.tensorflow.checkpoint;
  exports org.grokfast.tensorflow.file;
  exports org.grokfast.tensorflow.format;
  exports org.grokfast.tensorflow.inspect;
  exports org.grokfast.tensorflow.live;
  exports org.grokfast.tensorflow.proof;
  exports org.grokfast.tensorflow.serving;
  exports org.grokfast.text;

  uses org.grokfast.io.GraphFormat;

  provides org.grokfast.io.GraphFormat with
      org.grokfast.onnx.format.OnnxFormat,
      org.grokfast.tensorflow.format.TensorFlowFormat;
}
