package org.grokfast.tensorflow.nodes;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.Optional;
import org.grokfast.io.WireCursor;
import org.grokfast.io.WireCursor.WireException;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;

/**
 * A GraphDef in two parts: its nodes, and all else. Immutable. A graph that was read from bytes
 * keeps them, and its nodes are parsed one by one as they are looked at, so that it takes little
 * more than its file; {@link #graphDef} makes a message of it for whoever needs one.
 */
public final class GraphParts {
  private final NodeList nodes;
  private final GraphDef rest;
  private GraphDef whole;

  private GraphParts(NodeList nodes, GraphDef rest) {
    this.nodes = nodes;
    this.rest = rest;
  }

  /** The parts of a graph. */
  public static GraphParts of(GraphDef graph) {
    GraphParts parts =
        new GraphParts(NodeList.of(graph.getNodeList()), graph.toBuilder().clearNode().build());
    parts.whole = graph;
    return parts;
  }

  /**
   * The parts of a graph in binary form.
   *
   * @param bytes must not change afterwards
   * @param maxDepth how deep messages may be nested
   * @return empty if the bytes are no whole graph, or have its fields in an order that no
   *     TensorFlow writes: the parser of the whole message is to be asked
   */
  public static Optional<GraphParts> packed(byte[] bytes, int maxDepth) {
    PackedNodes.Builder nodes = new PackedNodes.Builder(bytes, maxDepth - 1);
    ByteString all = UnsafeByteOperations.unsafeWrap(bytes);
    ByteString others = ByteString.EMPTY;
    WireCursor cursor = new WireCursor(bytes, 0, bytes.length);
    int before = 0;
    try {
      while (cursor.next()) {
        if (cursor.field() == GraphDef.NODE_FIELD_NUMBER) {
          if (cursor.wireType() != WireCursor.BYTES) {
            return Optional.empty();
          }
          nodes.add(cursor.start(), cursor.end());
        } else {
          others = others.concat(all.substring(before, cursor.end()));
        }
        before = cursor.end();
      }
      CodedInputStream in = others.newCodedInput();
      in.enableAliasing(true);
      in.setRecursionLimit(maxDepth);
      GraphDef rest = GraphDef.parser().parseFrom(in);
      return Optional.of(new GraphParts(nodes.build(), rest));
    } catch (IOException | WireException e) {
      return Optional.empty();
    }
  }

  /** The nodes of the main graph. */
  public NodeList nodes() {
    return nodes;
  }

  /** The functions. */
  public FunctionDefLibrary library() {
    return rest.getLibrary();
  }

  /** The same graph with other nodes. */
  public GraphParts withNodes(NodeList newNodes) {
    return new GraphParts(newNodes, rest);
  }

  /** The same graph with other functions. */
  public GraphParts withLibrary(FunctionDefLibrary library) {
    return new GraphParts(nodes, rest.toBuilder().setLibrary(library).build());
  }

  /** The graph as one message, which is kept. */
  public synchronized GraphDef graphDef() {
    if (whole == null) {
      whole = rest.toBuilder().addAllNode(nodes).build();
    }
    return whole;
  }

  /** The length of the graph in binary form, which a message can only have up to 2 GiB. */
  public long serializedSize() {
    return nodes.serializedSize() + rest.getSerializedSize();
  }

  /**
   * Writes the graph in binary form. Nodes that were read and not changed are written as they were.
   */
  public void writeTo(CodedOutputStream out) throws IOException {
    nodes.writeTo(out);
    rest.writeTo(out);
  }
}
