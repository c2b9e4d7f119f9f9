package org.grokfast.tensorflow.file;

import com.google.protobuf.Message;
import java.util.Optional;
import org.grokfast.file.GraphFileException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A file with a bare {@code GraphDef}.
 *
 * @param source the file's name for messages
 * @param form binary or text
 * @param graph what it holds
 */
public record GraphDefFile(String source, GraphForm form, GraphDef graph) implements GraphFile {

  @Override
  public Message message() {
    return graph;
  }

  @Override
  public Optional<MetaGraphDef> metaGraph() {
    return Optional.empty();
  }

  @Override
  public GraphDefFile withGraph(GraphDef newGraph) {
    return new GraphDefFile(source, form, newGraph);
  }

  @Override
  public GraphFile withMetaGraph(MetaGraphDef metaGraph) {
    throw new GraphFileException(
        source
            + ": a bare GraphDef has no place for collections, saver and signatures. Give the"
            + " graph as a MetaGraphDef (.meta) or a SavedModel.");
  }
}
