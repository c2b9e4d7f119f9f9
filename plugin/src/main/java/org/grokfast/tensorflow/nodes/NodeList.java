package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes of a graph, in their order. Immutable. {@link #get} may have to parse a node, with all
 * its attributes; the other methods read only what they give.
 */
public abstract class NodeList extends AbstractList<NodeDef> implements RandomAccess {
  NodeList() {}

  /** Nodes that are messages already. */
  public static NodeList of(List<NodeDef> nodes) {
    return nodes instanceof NodeList list ? list : new MessageNodes(nodes);
  }

  /** The name of a node. */
  public abstract String name(int index);

  /** Whether a node has this name: the same as a comparison, without making the name. */
  boolean isNamed(int index, String name) {
    return name(index).equals(name);
  }

  /** The op of a node. */
  public abstract String op(int index);

  /** The inputs of a node. */
  public abstract List<String> inputs(int index);

  /** How many attributes a node has, one that is given twice counted twice. */
  public abstract int attributeCount(int index);

  /** Whether a node has an attribute. */
  public abstract boolean hasAttribute(int index, String attribute);

  /** The length of a node's message in bytes. */
  abstract int length(int index);

  /** Writes a node's message, without its length. */
  abstract void writeMessage(int index, CodedOutputStream out) throws IOException;

  /** The bytes that the nodes take in a field of a message. */
  final long serializedSize(int field) {
    long size = 0;
    for (int i = 0; i < size(); i++) {
      size += Surroundings.fieldSize(field, length(i));
    }
    return size;
  }

  /** Writes the nodes as a message has them in a field. */
  final void writeTo(CodedOutputStream out, int field) throws IOException {
    for (int i = 0; i < size(); i++) {
      Surroundings.writeStart(out, field, length(i));
      writeMessage(i, out);
    }
  }

  private static final class MessageNodes extends NodeList {
    private final List<NodeDef> nodes;

    private MessageNodes(List<NodeDef> nodes) {
      this.nodes = nodes;
    }

    @Override
    public NodeDef get(int index) {
      return nodes.get(index);
    }

    @Override
    public int size() {
      return nodes.size();
    }

    @Override
    public String name(int index) {
      return nodes.get(index).getName();
    }

    @Override
    public String op(int index) {
      return nodes.get(index).getOp();
    }

    @Override
    public List<String> inputs(int index) {
      return nodes.get(index).getInputList();
    }

    @Override
    public int attributeCount(int index) {
      return nodes.get(index).getAttrCount();
    }

    @Override
    public boolean hasAttribute(int index, String attribute) {
      return nodes.get(index).containsAttr(attribute);
    }

    @Override
    int length(int index) {
      return nodes.get(index).getSerializedSize();
    }

    @Override
    void writeMessage(int index, CodedOutputStream out) throws IOException {
      nodes.get(index).writeTo(out);
    }
  }
}
