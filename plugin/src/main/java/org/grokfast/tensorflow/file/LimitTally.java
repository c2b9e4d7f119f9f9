package org.grokfast.tensorflow.file;

import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.io.WireCursor;
import org.grokfast.io.WireCursor.WireException;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/** Counts nodes, functions and attributes and stops at the first number above its limit. */
final class LimitTally {
  private final String source;
  private final ReadLimits limits;
  private int nodes;
  private int functions;

  LimitTally(String source, ReadLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /** Counts a parsed graph with its functions. */
  void add(GraphParts graph) {
    add(graph.nodes());
    for (FunctionParts function : graph.functions()) {
      addFunction();
      add(function.nodes());
    }
  }

  private void add(NodeList list) {
    for (int i = 0; i < list.size(); i++) {
      addNode(list.attributeCount(i));
    }
  }

  /**
   * Counts the bytes of a message before objects are made of them, which take many times their
   * space. Malformed parts are left to the parser.
   */
  void addBinary(byte[] bytes, GraphForm form) {
    Level level =
        switch (form) {
          case SAVED_MODEL -> Level.SAVED_MODEL;
          case META_GRAPH -> Level.META_GRAPH;
          default -> Level.GRAPH;
        };
    try {
      walk(new WireCursor(bytes, 0, bytes.length), level);
    } catch (WireException e) {
      return;
    }
  }

  // Recursion is bounded by the number of levels, not by the input.
  private void walk(WireCursor cursor, Level level) throws WireException {
    int attributes = 0;
    while (cursor.next()) {
      if (cursor.wireType() != WireCursor.BYTES) {
        continue;
      }
      if (level == Level.NODE) {
        attributes += cursor.field() == NodeDef.ATTR_FIELD_NUMBER ? 1 : 0;
        continue;
      }
      Level inner = level.inside(cursor.field());
      if (inner == Level.FUNCTION) {
        addFunction();
      }
      if (inner != null) {
        walk(cursor.nested(), inner);
      }
    }
    if (level == Level.NODE) {
      addNode(attributes);
    }
  }

  private void addNode(int attributes) {
    nodes++;
    if (nodes > limits.maxNodes()) {
      throw exceeded("nodes", limits.maxNodes(), "--max-nodes");
    }
    if (attributes > limits.maxAttributes()) {
      throw new GraphFileException(
          source
              + ": node number "
              + nodes
              + " has "
              + attributes
              + " attributes, more than the limit of "
              + limits.maxAttributes()
              + ". Raise it with --max-attributes if the file is trusted.");
    }
  }

  private void addFunction() {
    functions++;
    if (functions > limits.maxFunctions()) {
      throw exceeded("functions", limits.maxFunctions(), "--max-functions");
    }
  }

  private GraphFileException exceeded(String what, int limit, String option) {
    return new GraphFileException(
        source
            + ": "
            + ((long) limit + 1)
            + " or more "
            + what
            + " are more than the limit of "
            + limit
            + ". Raise it with "
            + option
            + " if the file is trusted.");
  }

  private enum Level {
    SAVED_MODEL,
    META_GRAPH,
    GRAPH,
    LIBRARY,
    FUNCTION,
    NODE;

    /** The message that a field holds; null where nothing is counted. */
    Level inside(int field) {
      return switch (this) {
        case SAVED_MODEL -> field == 2 ? META_GRAPH : null;
        case META_GRAPH -> field == 2 ? GRAPH : null;
        case GRAPH -> field == 1 ? NODE : field == 2 ? LIBRARY : null;
        case LIBRARY -> field == 1 ? FUNCTION : null;
        case FUNCTION -> field == 3 ? NODE : null;
        case NODE -> null;
      };
    }
  }
}
