package org.grokfast.tools.options;

import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.file.GraphFile;

/**
 * What a verb was given: a TensorFlow graph or ONNX.
 *
 * @param graph the TensorFlow graph
 * @param onnx the model or artifacts
 */
public record AnyInput(Optional<GraphFile> graph, Optional<OnnxInput> onnx) {
  static AnyInput of(GraphFile graph) {
    return new AnyInput(Optional.of(graph), Optional.empty());
  }

  static AnyInput of(OnnxInput onnx) {
    return new AnyInput(Optional.empty(), Optional.of(onnx));
  }

  /** The TensorFlow graph, where the other of two inputs is one. */
  public GraphFile requireGraph() {
    return graph.orElseThrow(
        () ->
            new GraphFileException(
                onnx.orElseThrow().source()
                    + ": this is ONNX, and the other input is a TensorFlow graph. Give two of one"
                    + " kind."));
  }

  /** The ONNX input, where the other of two inputs is one. */
  public OnnxInput requireOnnx() {
    return onnx.orElseThrow(
        () ->
            new GraphFileException(
                graph.orElseThrow().source()
                    + ": this is a TensorFlow graph, and the other input is ONNX. Give two of one"
                    + " kind."));
  }
}
