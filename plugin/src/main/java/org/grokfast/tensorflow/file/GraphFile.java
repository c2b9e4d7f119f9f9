package org.grokfast.tensorflow.file;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * What was read from a graph file. Immutable; {@link #withGraph} and {@link #withMetaGraph} give a
 * new one in which everything else, unknown fields included, is as it was.
 */
public interface GraphFile {

  /** The form in which it was read and will be written. */
  GraphForm form();

  /** The file's name for messages. */
  String source();

  /** The whole message, as it would be written. */
  Message message();

  /**
   * The graph.
   *
   * @throws GraphFileException if this is a SavedModel with several graphs and none was selected
   */
  GraphDef graph();

  /**
   * The graph in parts, which for binary form takes little more than the file.
   *
   * @throws GraphFileException as {@link #graph}
   */
  GraphParts parts();

  /**
   * The graph with its collections, saver and signatures; empty for a bare GraphDef.
   *
   * @throws GraphFileException if this is a SavedModel with several graphs and none was selected
   */
  Optional<MetaGraphDef> metaGraph();

  /**
   * The same in parts, which for binary form takes little more than the file.
   *
   * @throws GraphFileException as {@link #metaGraph}
   */
  Optional<MetaGraphParts> metaGraphParts();

  /** The length of the message in binary form, which can have up to 2 GiB. */
  long serializedSize();

  /** Writes the message in binary form. */
  void writeTo(CodedOutputStream out) throws IOException;

  /** The same file with another graph. */
  default GraphFile withGraph(GraphDef graph) {
    return withParts(GraphParts.of(graph));
  }

  /** The same file with another graph, in parts. */
  GraphFile withParts(GraphParts graph);

  /**
   * The same file with another MetaGraphDef.
   *
   * @throws GraphFileException if this is a bare GraphDef, which has no place for one
   */
  GraphFile withMetaGraph(MetaGraphParts metaGraph);
}
