package org.grokfast.tensorflow.file;

import com.google.protobuf.Message;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A file with a bare {@code GraphDef}.
 *
 * @param source the file's name for messages
 * @param form binary or text
 * @param parts what it holds
 */
public record GraphDefFile(String source, GraphForm form, GraphParts parts) implements GraphFile {

  @Override
  public Message message() {
    return graph();
  }

  @Override
  public GraphDef graph() {
    return parts.graphDef();
  }

  @Override
  public Optional<MetaGraphDef> metaGraph() {
    return Optional.empty();
  }

  @Override
  public GraphDefFile withGraph(GraphDef newGraph) {
    return withParts(GraphParts.of(newGraph));
  }

  @Override
  public GraphDefFile withParts(GraphParts graph) {
    return new GraphDefFile(source, form, graph);
  }

  @Override
  public GraphFile withMetaGraph(MetaGraphDef metaGraph) {
    throw new GraphFileException(
        source
            + ": a bare GraphDef has no place for collections, saver and signatures. Give the"
            + " graph as a MetaGraphDef (.meta) or a SavedModel.");
  }
}
