package org.grokfast.tensorflow.file;

import com.google.protobuf.Message;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.nodes.GraphParts;
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
   * The graph in parts, which for a bare GraphDef in binary form takes little more than the file.
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

  /** The same file with another graph. */
  GraphFile withGraph(GraphDef graph);

  /** The same file with another graph, in parts. */
  GraphFile withParts(GraphParts graph);

  /**
   * The same file with another MetaGraphDef.
   *
   * @throws GraphFileException if this is a bare GraphDef, which has no place for one
   */
  GraphFile withMetaGraph(MetaGraphDef metaGraph);
}
