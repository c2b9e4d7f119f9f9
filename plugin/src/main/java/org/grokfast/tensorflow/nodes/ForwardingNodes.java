package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/** Nodes that stand in other lists, which are asked for what is asked for, and nothing more. */
abstract class ForwardingNodes extends NodeList {
  /** The list in which a node stands. */
  abstract NodeList list(int index);

  /** The number of a node in its list. */
  abstract int place(int index);

  @Override
  public final NodeDef get(int index) {
    return list(index).get(place(index));
  }

  @Override
  public final String name(int index) {
    return list(index).name(place(index));
  }

  @Override
  final boolean isNamed(int index, String name) {
    return list(index).isNamed(place(index), name);
  }

  @Override
  public final String op(int index) {
    return list(index).op(place(index));
  }

  @Override
  public final List<String> inputs(int index) {
    return list(index).inputs(place(index));
  }

  @Override
  public final int attributeCount(int index) {
    return list(index).attributeCount(place(index));
  }

  @Override
  public final boolean hasAttribute(int index, String attribute) {
    return list(index).hasAttribute(place(index), attribute);
  }

  @Override
  final int length(int index) {
    return list(index).length(place(index));
  }

  @Override
  final void writeMessage(int index, CodedOutputStream out) throws IOException {
    list(index).writeMessage(place(index), out);
  }
}
