package org.grokfast.tensorflow.nodes;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.io.WireCursor;
import org.grokfast.io.WireCursor.WireException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * Reads the messages that hold graphs, of which only what is around the nodes is parsed as messages
 * and kept so: the nodes stay in the bytes, which must not change afterwards.
 *
 * <p>Empty is what is no whole message, or is spelled as no TensorFlow writes it (a graph in two
 * pieces, for instance): the parser of the whole message is to be asked.
 */
public final class PackedMessages {
  /** How deep the messages that are read here are nested: SavedModel to node. */
  private static final int LEVELS = 6;

  private final byte[] bytes;
  private final ByteString all;

  private PackedMessages(byte[] bytes) {
    this.bytes = bytes;
    this.all = UnsafeByteOperations.unsafeWrap(bytes);
  }

  private interface Reading<T> {
    T read(PackedMessages messages) throws IOException, WireException;
  }

  private static <T> Optional<T> read(byte[] bytes, int maxDepth, Reading<T> reading) {
    if (maxDepth < LEVELS) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading.read(new PackedMessages(bytes)));
    } catch (IOException | WireException e) {
      return Optional.empty();
    }
  }

  /**
   * A GraphDef.
   *
   * @param maxDepth how deep messages may be nested
   */
  public static Optional<GraphParts> graph(byte[] bytes, int maxDepth) {
    return read(bytes, maxDepth, messages -> messages.graph(0, bytes.length, maxDepth));
  }

  /**
   * A MetaGraphDef.
   *
   * @param maxDepth how deep messages may be nested
   */
  public static Optional<MetaGraphParts> metaGraph(byte[] bytes, int maxDepth) {
    return read(bytes, maxDepth, messages -> messages.metaGraph(0, bytes.length, maxDepth));
  }

  /**
   * The message of a SavedModel.
   *
   * @param maxDepth how deep messages may be nested
   */
  public static Optional<SavedModelParts> savedModel(byte[] bytes, int maxDepth) {
    return read(bytes, maxDepth, messages -> messages.savedModel(bytes.length, maxDepth));
  }

  /** Takes a field out of a message. */
  private interface Taken {
    void at(int start, int end) throws IOException, WireException;
  }

  /**
   * Hands the messages in some fields over, and parses what is left.
   *
   * @param first the number of the one field
   * @param second that of another, or 0
   */
  private <T> T around(
      int start,
      int end,
      int maxDepth,
      Parser<T> parser,
      int first,
      Taken takesFirst,
      int second,
      Taken takesSecond)
      throws IOException, WireException {
    ByteString others = ByteString.EMPTY;
    WireCursor cursor = new WireCursor(bytes, start, end);
    int before = start;
    while (cursor.next()) {
      int field = cursor.field();
      if (field != first && field != second) {
        others = others.concat(all.substring(before, cursor.end()));
      } else if (cursor.wireType() != WireCursor.BYTES) {
        throw new IOException("field " + field + " is no message");
      } else {
        (field == first ? takesFirst : takesSecond).at(cursor.start(), cursor.end());
      }
      before = cursor.end();
    }
    CodedInputStream in = others.newCodedInput();
    in.enableAliasing(true);
    in.setRecursionLimit(maxDepth);
    return parser.parseFrom(in);
  }

  private <T> T around(int start, int end, int maxDepth, Parser<T> parser, int field, Taken taken)
      throws IOException, WireException {
    return around(start, end, maxDepth, parser, field, taken, 0, taken);
  }

  private SavedModelParts savedModel(int end, int depth) throws IOException, WireException {
    List<MetaGraphParts> graphs = new ArrayList<>();
    SavedModel rest =
        around(
            0,
            end,
            depth,
            SavedModel.parser(),
            SavedModel.META_GRAPHS_FIELD_NUMBER,
            (from, to) -> graphs.add(metaGraph(from, to, depth - 1)));
    return new SavedModelParts(graphs, rest);
  }

  private MetaGraphParts metaGraph(int start, int end, int depth)
      throws IOException, WireException {
    List<GraphParts> graphs = new ArrayList<>();
    MetaGraphDef rest =
        around(
            start,
            end,
            depth,
            MetaGraphDef.parser(),
            MetaGraphDef.GRAPH_DEF_FIELD_NUMBER,
            (from, to) -> {
              if (!graphs.isEmpty()) {
                throw new IOException("a graph in two pieces");
              }
              graphs.add(graph(from, to, depth - 1));
            });
    return graphs.isEmpty()
        ? MetaGraphParts.of(rest)
        : new MetaGraphParts(
            graphs.get(0), rest.toBuilder().setGraphDef(GraphDef.getDefaultInstance()).build());
  }

  private GraphParts graph(int start, int end, int depth) throws IOException, WireException {
    PackedNodes.Builder nodes = new PackedNodes.Builder(bytes, depth - 1);
    List<FunctionParts> functions = new ArrayList<>();
    FunctionDefLibrary.Builder library = FunctionDefLibrary.newBuilder();
    boolean[] present = {false};
    GraphDef rest =
        around(
            start,
            end,
            depth,
            GraphDef.parser(),
            GraphDef.NODE_FIELD_NUMBER,
            nodes::add,
            GraphDef.LIBRARY_FIELD_NUMBER,
            (from, to) -> {
              present[0] = true;
              library.mergeFrom(library(from, to, depth - 1, functions));
            });
    return new GraphParts(
        nodes.build(), functions, present[0] ? rest.toBuilder().setLibrary(library).build() : rest);
  }

  /** The library without its functions, which are added to a list. */
  private FunctionDefLibrary library(int start, int end, int depth, List<FunctionParts> functions)
      throws IOException, WireException {
    return around(
        start,
        end,
        depth,
        FunctionDefLibrary.parser(),
        FunctionDefLibrary.FUNCTION_FIELD_NUMBER,
        (from, to) -> functions.add(function(from, to, depth - 1)));
  }

  private FunctionParts function(int start, int end, int depth) throws IOException, WireException {
    PackedNodes.Builder nodes = new PackedNodes.Builder(bytes, depth - 1);
    FunctionDef declaration =
        around(
            start, end, depth, FunctionDef.parser(), FunctionDef.NODE_DEF_FIELD_NUMBER, nodes::add);
    return new FunctionParts(nodes.build(), declaration);
  }
}
