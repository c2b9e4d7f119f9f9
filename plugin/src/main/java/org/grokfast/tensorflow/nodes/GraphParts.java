package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.List;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;

/**
 * A GraphDef in three parts: its nodes, its functions, and all else. Immutable. A graph that was
 * read from bytes keeps them, and its nodes are parsed one by one as they are looked at, so that it
 * takes little more than its file; {@link #graphDef} makes a message of it for whoever needs one.
 */
public final class GraphParts {
  private final NodeList nodes;
  private final List<FunctionParts> functions;
  private final GraphDef rest;
  private long size;
  private GraphDef whole;

  /**
   * A graph of these parts.
   *
   * @param rest the graph without nodes and functions; what its library holds besides stays there
   */
  GraphParts(NodeList nodes, List<FunctionParts> functions, GraphDef rest) {
    this.nodes = nodes;
    this.functions = List.copyOf(functions);
    this.rest = rest;
  }

  /** A graph of nodes alone. */
  public static GraphParts of(NodeList nodes) {
    return new GraphParts(nodes, List.of(), GraphDef.getDefaultInstance());
  }

  /** The parts of a graph. */
  public static GraphParts of(GraphDef graph) {
    GraphDef.Builder rest = graph.toBuilder().clearNode();
    if (graph.hasLibrary()) {
      rest.getLibraryBuilder().clearFunction();
    }
    GraphParts parts =
        new GraphParts(
            NodeList.of(graph.getNodeList()),
            graph.getLibrary().getFunctionList().stream().map(FunctionParts::of).toList(),
            rest.build());
    parts.whole = graph;
    return parts;
  }

  private boolean hasLibrary() {
    return rest.hasLibrary() || !functions.isEmpty();
  }

  /** The nodes of the main graph. */
  public NodeList nodes() {
    return nodes;
  }

  /** The functions. */
  public List<FunctionParts> functions() {
    return functions;
  }

  /** The same graph with other nodes. */
  public GraphParts withNodes(NodeList newNodes) {
    return new GraphParts(newNodes, functions, rest);
  }

  /** The same graph with other functions. */
  public GraphParts withFunctions(List<FunctionParts> newFunctions) {
    return new GraphParts(nodes, newFunctions, rest);
  }

  /** The graph as one message, which is kept. */
  public synchronized GraphDef graphDef() {
    if (whole == null) {
      GraphDef.Builder graph = rest.toBuilder().addAllNode(nodes);
      functions.forEach(function -> graph.getLibraryBuilder().addFunction(function.functionDef()));
      whole = graph.build();
    }
    return whole;
  }

  /** The length of the graph in binary form, which a message can only have up to 2 GiB. */
  public synchronized long serializedSize() {
    if (size == 0) {
      size =
          nodes.serializedSize(GraphDef.NODE_FIELD_NUMBER)
              + around().serializedSize()
              + (hasLibrary()
                  ? Surroundings.fieldSize(GraphDef.LIBRARY_FIELD_NUMBER, librarySize())
                  : 0);
    }
    return size;
  }

  private long librarySize() {
    long library = rest.getLibrary().getSerializedSize();
    for (FunctionParts function : functions) {
      library +=
          Surroundings.fieldSize(
              FunctionDefLibrary.FUNCTION_FIELD_NUMBER, function.serializedSize());
    }
    return library;
  }

  private Surroundings around() {
    return Surroundings.of(rest, GraphDef.LIBRARY_FIELD_NUMBER);
  }

  /**
   * Writes the graph in binary form. Nodes that were read and not changed are written as they were.
   */
  public void writeTo(CodedOutputStream out) throws IOException {
    nodes.writeTo(out, GraphDef.NODE_FIELD_NUMBER);
    around().writeTo(out, this::writeLibrary);
  }

  private void writeLibrary(CodedOutputStream out) throws IOException {
    if (!hasLibrary()) {
      return;
    }
    Surroundings.writeStart(out, GraphDef.LIBRARY_FIELD_NUMBER, librarySize());
    for (FunctionParts function : functions) {
      Surroundings.writeStart(
          out, FunctionDefLibrary.FUNCTION_FIELD_NUMBER, function.serializedSize());
      function.writeTo(out);
    }
    rest.getLibrary().writeTo(out);
  }
}
