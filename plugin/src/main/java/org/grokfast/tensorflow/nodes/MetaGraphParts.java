package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/** A MetaGraphDef in two parts: its graph, and all else. Immutable. */
public final class MetaGraphParts {
  private final GraphParts graph;
  private final MetaGraphDef rest;
  private MetaGraphDef whole;

  /**
   * A MetaGraph of these parts.
   *
   * @param rest the MetaGraph, with an empty graph where it has one
   */
  MetaGraphParts(GraphParts graph, MetaGraphDef rest) {
    this.graph = graph;
    this.rest = rest;
  }

  /** The parts of a MetaGraph. */
  public static MetaGraphParts of(MetaGraphDef metaGraph) {
    MetaGraphDef rest =
        metaGraph.hasGraphDef()
            ? metaGraph.toBuilder().setGraphDef(GraphDef.getDefaultInstance()).build()
            : metaGraph;
    MetaGraphParts parts = new MetaGraphParts(GraphParts.of(metaGraph.getGraphDef()), rest);
    parts.whole = metaGraph;
    return parts;
  }

  /** The graph. */
  public GraphParts graph() {
    return graph;
  }

  /** The MetaGraph without nodes and functions: signatures, collections, saver, objects. */
  public MetaGraphDef rest() {
    return rest;
  }

  /** The same MetaGraph with another graph. */
  public MetaGraphParts withGraph(GraphParts newGraph) {
    return new MetaGraphParts(
        newGraph, rest.toBuilder().setGraphDef(GraphDef.getDefaultInstance()).build());
  }

  /** The same graph with other signatures, collections, saver and objects. */
  public MetaGraphParts withRest(MetaGraphDef newRest) {
    return new MetaGraphParts(
        graph, newRest.toBuilder().setGraphDef(GraphDef.getDefaultInstance()).build());
  }

  /** The MetaGraph as one message, which is kept. */
  public synchronized MetaGraphDef metaGraphDef() {
    if (whole == null) {
      whole = rest.hasGraphDef() ? rest.toBuilder().setGraphDef(graph.graphDef()).build() : rest;
    }
    return whole;
  }

  private Surroundings around() {
    return Surroundings.of(rest, MetaGraphDef.GRAPH_DEF_FIELD_NUMBER);
  }

  /** The length in binary form. */
  public long serializedSize() {
    return around().serializedSize()
        + (rest.hasGraphDef()
            ? Surroundings.fieldSize(MetaGraphDef.GRAPH_DEF_FIELD_NUMBER, graph.serializedSize())
            : 0);
  }

  /** Writes it in binary form. Nodes that were read and not changed are written as they were. */
  public void writeTo(CodedOutputStream out) throws IOException {
    around()
        .writeTo(
            out,
            middle -> {
              if (rest.hasGraphDef()) {
                Surroundings.writeStart(
                    middle, MetaGraphDef.GRAPH_DEF_FIELD_NUMBER, graph.serializedSize());
                graph.writeTo(middle);
              }
            });
  }
}
