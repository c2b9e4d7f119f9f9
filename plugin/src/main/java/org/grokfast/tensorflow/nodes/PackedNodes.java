package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.grokfast.io.ReadLimits;
import org.grokfast.io.WireCursor;
import org.grokfast.io.WireCursor.WireException;
import org.tensorflow.proto.NodeDef;

/**
 * Nodes in the bytes of a file, parsed when they are asked for. A node that is asked for several
 * times in a row is parsed once.
 */
final class PackedNodes extends NodeList {
  /** How many nodes are kept parsed at most; a power of two. */
  private static final int RECENT = 256;

  private static final int KEY_FIELD_NUMBER = 1;

  /** What stands before the length of a name. */
  private static final int NAME_TAG = NodeDef.NAME_FIELD_NUMBER << 3 | WireCursor.BYTES;

  private final byte[] bytes;
  private final int maxDepth;

  /** By node, where the length of its message stands, followed by the message. */
  private final int[] places;

  private final int[] ops;
  private final List<String> opNames;
  private final Parsed[] recent;

  // Its fields are final, so that threads without a lock see it whole or not at all.
  private record Parsed(int index, NodeDef node) {}

  private PackedNodes(byte[] bytes, int maxDepth, int[] places, int[] ops, List<String> opNames) {
    this.bytes = bytes;
    this.maxDepth = maxDepth;
    this.places = places;
    this.ops = ops;
    this.opNames = opNames;
    this.recent = new Parsed[Math.min(RECENT, Integer.highestOneBit(Math.max(1, ops.length)))];
  }

  /** Collects nodes, those of given bytes or new ones behind them. */
  static final class Builder {
    private final int maxDepth;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> opNames = new ArrayList<>();
    private byte[] bytes;
    private int length;
    private int[] places = new int[32];
    private int[] ops = new int[32];
    private int count;

    /**
     * None yet.
     *
     * @param bytes do not change any more
     * @param maxDepth how deep messages may be nested in a node
     */
    Builder(byte[] bytes, int maxDepth) {
      this.bytes = bytes;
      this.length = bytes.length;
      this.maxDepth = maxDepth;
    }

    /**
     * Adds the node whose message has this place.
     *
     * @throws IOException if it is malformed, or spelled otherwise than protobuf does: its length
     *     in more bytes than it needs, or its name not in front
     */
    void add(int start, int end) throws IOException, WireException {
      NodeDef node = parse(bytes, start, end, maxDepth);
      int place = start - CodedOutputStream.computeUInt32SizeNoTag(end - start);
      if (length(bytes, place) != end - start
          || !node.getName().equals(firstName(bytes, start, end))) {
        throw new IOException("not as protobuf writes it");
      }
      add(node.getOp(), place);
    }

    /** Adds a new node. */
    void append(NodeDef node) {
      int size = node.getSerializedSize();
      int end = Math.addExact(length, CodedOutputStream.computeUInt32SizeNoTag(size) + size);
      if (end > bytes.length) {
        long capacity = Math.min(ReadLimits.MAX_ARRAY, (long) end + (end >> 1));
        bytes = Arrays.copyOf(bytes, (int) capacity);
      }
      CodedOutputStream out = CodedOutputStream.newInstance(bytes, length, end - length);
      out.useDeterministicSerialization();
      try {
        out.writeUInt32NoTag(size);
        node.writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException("an array has too little space", e);
      }
      add(node.getOp(), length);
      length = end;
    }

    private void add(String op, int place) {
      if (count == ops.length) {
        ops = Arrays.copyOf(ops, count + (count >> 1));
        places = Arrays.copyOf(places, ops.length);
      }
      places[count] = place;
      ops[count] = numbers.computeIfAbsent(op, this::number);
      count++;
    }

    private int number(String op) {
      opNames.add(op);
      return opNames.size() - 1;
    }

    /** The nodes so far. */
    PackedNodes build() {
      // Bytes behind the last node may change later: nobody reads them.
      return new PackedNodes(
          bytes,
          maxDepth,
          Arrays.copyOf(places, count),
          Arrays.copyOf(ops, count),
          List.copyOf(opNames));
    }
  }

  /** Where the message starts whose length stands at a place. */
  private static int start(byte[] bytes, int place) {
    int at = place;
    while (bytes[at] < 0) {
      at++;
    }
    return at + 1;
  }

  /** The length that stands at a place. */
  private static int length(byte[] bytes, int place) {
    int length = 0;
    int at = place;
    for (int shift = 0; ; shift += 7) {
      length |= (bytes[at] & 0x7f) << shift;
      if (bytes[at++] >= 0) {
        return length;
      }
    }
  }

  private static NodeDef parse(byte[] bytes, int start, int end, int maxDepth) throws IOException {
    CodedInputStream in =
        UnsafeByteOperations.unsafeWrap(bytes).substring(start, end).newCodedInput();
    in.enableAliasing(true);
    in.setRecursionLimit(maxDepth);
    NodeDef node = NodeDef.parser().parseFrom(in);
    in.checkLastTagWas(0);
    return node;
  }

  private static String firstName(byte[] bytes, int start, int end) throws WireException {
    WireCursor cursor = new WireCursor(bytes, start, end);
    return cursor.next() && cursor.field() == NodeDef.NAME_FIELD_NUMBER
        ? new String(bytes, cursor.start(), cursor.end() - cursor.start(), StandardCharsets.UTF_8)
        : "";
  }

  @Override
  public int size() {
    return ops.length;
  }

  @Override
  public NodeDef get(int index) {
    Objects.checkIndex(index, ops.length);
    Parsed known = recent[index & (recent.length - 1)];
    if (known == null || known.index() != index) {
      known = new Parsed(index, parse(index));
      recent[index & (recent.length - 1)] = known;
    }
    return known.node();
  }

  private NodeDef parse(int index) {
    try {
      int start = start(bytes, places[index]);
      return parse(bytes, start, start + length(index), maxDepth);
    } catch (IOException e) {
      throw changed(e);
    }
  }

  @Override
  public String name(int index) {
    try {
      int start = start(bytes, places[index]);
      return firstName(bytes, start, start + length(index));
    } catch (WireException e) {
      throw changed(e);
    }
  }

  @Override
  public List<String> inputs(int index) {
    List<String> inputs = new ArrayList<>(2);
    forEachField(
        index,
        NodeDef.INPUT_FIELD_NUMBER,
        (start, end) -> inputs.add(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
    return inputs;
  }

  @Override
  public int attributeCount(int index) {
    int[] count = {0};
    forEachField(index, NodeDef.ATTR_FIELD_NUMBER, (start, end) -> count[0]++);
    return count[0];
  }

  @Override
  public boolean hasAttribute(int index, String attribute) {
    byte[] wanted = attribute.getBytes(StandardCharsets.UTF_8);
    boolean[] found = {false};
    forEachField(
        index, NodeDef.ATTR_FIELD_NUMBER, (start, end) -> found[0] |= isKey(start, end, wanted));
    return found[0];
  }

  /** Whether the last key of a map's entry is this one; without any it is empty. */
  private boolean isKey(int start, int end, byte[] wanted) throws WireException {
    boolean is = wanted.length == 0;
    WireCursor entry = new WireCursor(bytes, start, end);
    while (entry.next()) {
      if (entry.field() == KEY_FIELD_NUMBER) {
        is = Arrays.equals(bytes, entry.start(), entry.end(), wanted, 0, wanted.length);
      }
    }
    return is;
  }

  private interface Visit {
    void at(int start, int end) throws WireException;
  }

  private void forEachField(int index, int field, Visit visit) {
    int start = start(bytes, places[index]);
    WireCursor cursor = new WireCursor(bytes, start, start + length(index));
    try {
      while (cursor.next()) {
        if (cursor.field() == field && cursor.wireType() == WireCursor.BYTES) {
          visit.at(cursor.start(), cursor.end());
        }
      }
    } catch (WireException e) {
      throw changed(e);
    }
  }

  /** Compares a short name in ASCII where it stands: graphs have as many look-ups as inputs. */
  @Override
  boolean isNamed(int index, String name) {
    int at = start(bytes, places[index]);
    boolean plain = length(index) > 1 && bytes[at] == NAME_TAG && bytes[at + 1] >= 0;
    int length = plain ? bytes[at + 1] : 0;
    for (int i = 0; plain && i < Math.min(length, name.length()); i++) {
      plain = bytes[at + 2 + i] >= 0;
      if (plain && bytes[at + 2 + i] != name.charAt(i)) {
        return false;
      }
    }
    return plain ? length == name.length() : name(index).equals(name);
  }

  private static IllegalStateException changed(Exception cause) {
    return new IllegalStateException("bytes that were a node have changed", cause);
  }

  @Override
  public String op(int index) {
    return opNames.get(ops[index]);
  }

  @Override
  int length(int index) {
    return length(bytes, places[index]);
  }

  @Override
  void writeMessage(int index, CodedOutputStream out) throws IOException {
    out.writeRawBytes(bytes, start(bytes, places[index]), length(index));
  }
}
