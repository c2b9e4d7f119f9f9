package org.grokfast.tensorflow.file;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.Optional;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A file with a {@code MetaGraphDef}.
 *
 * @param source the file's name for messages
 * @param form binary or text
 * @param content what it holds
 */
public record MetaGraphFile(String source, GraphForm form, MetaGraphParts content)
    implements GraphFile {

  @Override
  public Message message() {
    return content.metaGraphDef();
  }

  @Override
  public GraphDef graph() {
    return parts().graphDef();
  }

  @Override
  public Optional<MetaGraphDef> metaGraph() {
    return Optional.of(content.metaGraphDef());
  }

  @Override
  public Optional<MetaGraphParts> metaGraphParts() {
    return Optional.of(content);
  }

  @Override
  public GraphParts parts() {
    return content.graph();
  }

  @Override
  public long serializedSize() {
    return content.serializedSize();
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    content.writeTo(out);
  }

  @Override
  public MetaGraphFile withParts(GraphParts graph) {
    return withMetaGraph(content.withGraph(graph));
  }

  @Override
  public MetaGraphFile withMetaGraph(MetaGraphParts metaGraph) {
    return new MetaGraphFile(source, form, metaGraph);
  }
}
