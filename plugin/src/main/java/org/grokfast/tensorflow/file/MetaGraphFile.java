package org.grokfast.tensorflow.file;

import com.google.protobuf.Message;
import java.util.Optional;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A file with a {@code MetaGraphDef}.
 *
 * @param source the file's name for messages
 * @param form binary or text
 * @param content what it holds
 */
public record MetaGraphFile(String source, GraphForm form, MetaGraphDef content)
    implements GraphFile {

  @Override
  public Message message() {
    return content;
  }

  @Override
  public GraphDef graph() {
    return content.getGraphDef();
  }

  @Override
  public Optional<MetaGraphDef> metaGraph() {
    return Optional.of(content);
  }

  @Override
  public GraphParts parts() {
    return GraphParts.of(graph());
  }

  @Override
  public MetaGraphFile withGraph(GraphDef graph) {
    return withParts(GraphParts.of(graph));
  }

  @Override
  public MetaGraphFile withParts(GraphParts graph) {
    return withMetaGraph(content.toBuilder().setGraphDef(graph.graphDef()).build());
  }

  @Override
  public MetaGraphFile withMetaGraph(MetaGraphDef metaGraph) {
    return new MetaGraphFile(source, form, metaGraph);
  }
}
