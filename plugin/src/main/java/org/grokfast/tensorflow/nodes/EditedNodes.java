package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/** Nodes of which some are left out or changed, and others added behind them. */
public final class EditedNodes extends NodeList {
  private final NodeList original;
  private final int[] kept;
  private final Map<Integer, NodeDef> changed;
  private final NodeList added;

  /** Asked first: of millions of nodes few are changed. */
  private final BitSet isChanged;

  private EditedNodes(
      NodeList original, int[] kept, Map<Integer, NodeDef> changed, List<NodeDef> added) {
    this.original = original;
    this.kept = kept;
    this.changed = Map.copyOf(changed);
    this.isChanged = new BitSet();
    changed.keySet().forEach(isChanged::set);
    this.added = NodeList.of(added);
  }

  /**
   * All nodes and some more.
   *
   * @param changed what stands in the place of nodes, by number
   * @param added what comes after the nodes, and does not change any more
   */
  public static NodeList adding(
      NodeList original, Map<Integer, NodeDef> changed, List<NodeDef> added) {
    int[] all = IntStream.range(0, original.size()).toArray();
    return new EditedNodes(original, all, changed, added);
  }

  /**
   * Some of the nodes.
   *
   * @param removed the numbers of those that are left out
   * @param changed what stands in the place of others, by number
   */
  public static NodeList removing(
      NodeList original, BitSet removed, Map<Integer, NodeDef> changed) {
    int[] rest = IntStream.range(0, original.size()).filter(i -> !removed.get(i)).toArray();
    return new EditedNodes(original, rest, changed, List.of());
  }

  @Override
  public int size() {
    return kept.length + added.size();
  }

  @Override
  public NodeDef get(int index) {
    NodeDef instead = instead(index);
    return instead == null ? original.get(kept[index]) : instead;
  }

  @Override
  public String name(int index) {
    NodeDef instead = instead(index);
    return instead == null ? original.name(kept[index]) : instead.getName();
  }

  @Override
  boolean isNamed(int index, String name) {
    NodeDef instead = instead(index);
    return instead == null ? original.isNamed(kept[index], name) : instead.getName().equals(name);
  }

  @Override
  public String op(int index) {
    NodeDef instead = instead(index);
    return instead == null ? original.op(kept[index]) : instead.getOp();
  }

  @Override
  public List<String> inputs(int index) {
    NodeDef instead = instead(index);
    return instead == null ? original.inputs(kept[index]) : instead.getInputList();
  }

  @Override
  public int attributeCount(int index) {
    NodeDef instead = instead(index);
    return instead == null ? original.attributeCount(kept[index]) : instead.getAttrCount();
  }

  @Override
  public boolean hasAttribute(int index, String attribute) {
    NodeDef instead = instead(index);
    return instead == null
        ? original.hasAttribute(kept[index], attribute)
        : instead.containsAttr(attribute);
  }

  @Override
  int length(int index) {
    NodeDef instead = instead(index);
    return instead == null ? original.length(kept[index]) : instead.getSerializedSize();
  }

  @Override
  void writeMessage(int index, CodedOutputStream out) throws IOException {
    NodeDef instead = instead(index);
    if (instead == null) {
      original.writeMessage(kept[index], out);
    } else {
      instead.writeTo(out);
    }
  }

  /** A changed or added node; null for one that is as it was. */
  private NodeDef instead(int index) {
    if (index >= kept.length) {
      return added.get(index - kept.length);
    }
    return isChanged.get(kept[index]) ? changed.get(kept[index]) : null;
  }
}
