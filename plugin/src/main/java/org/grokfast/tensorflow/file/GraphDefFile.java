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
  public Optional<MetaGraphParts> metaGraphParts() {
    return Optional.empty();
  }

  @Override
  public long serializedSize() {
    return parts.serializedSize();
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    parts.writeTo(out);
  }

  @Override
  public GraphDefFile withParts(GraphParts graph) {
    return new GraphDefFile(source, form, graph);
  }

  @Override
  public GraphFile withMetaGraph(MetaGraphParts metaGraph) {
    throw new GraphFileException(
        source
            + ": a bare GraphDef has no place for collections, saver and signatures. Give the"
            + " graph as a MetaGraphDef (.meta) or a SavedModel.");
  }
}
