package org.grokfast.tensorflow.nodes;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/** Nodes of which some are left out or changed, and others added behind them. */
public final class EditedNodes {
  private EditedNodes() {}

  /**
   * All nodes and some more.
   *
   * @param changed what stands in the place of nodes, by number
   * @param added what comes after the nodes, and does not change any more
   */
  public static NodeList adding(
      NodeList original, Map<Integer, NodeDef> changed, List<NodeDef> added) {
    return new Joined(changing(original, changed), NodeList.of(added));
  }

  /**
   * Some of the nodes.
   *
   * @param removed the numbers of those that are left out
   * @param changed what stands in the place of others, by number
   */
  public static NodeList removing(
      NodeList original, BitSet removed, Map<Integer, NodeDef> changed) {
    int[] kept = IntStream.range(0, original.size()).filter(i -> !removed.get(i)).toArray();
    return new Kept(changing(original, changed), kept);
  }

  private static NodeList changing(NodeList original, Map<Integer, NodeDef> changed) {
    return changed.isEmpty() ? original : new Changed(original, changed);
  }

  /** Nodes, and others behind them. */
  private static final class Joined extends ForwardingNodes {
    private final NodeList first;
    private final NodeList second;

    private Joined(NodeList first, NodeList second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public int size() {
      return first.size() + second.size();
    }

    @Override
    NodeList list(int index) {
      return index < first.size() ? first : second;
    }

    @Override
    int place(int index) {
      return index < first.size() ? index : index - first.size();
    }
  }

  /** Some of the nodes. */
  private static final class Kept extends ForwardingNodes {
    private final NodeList original;
    private final int[] kept;

    private Kept(NodeList original, int[] kept) {
      this.original = original;
      this.kept = kept;
    }

    @Override
    public int size() {
      return kept.length;
    }

    @Override
    NodeList list(int index) {
      return original;
    }

    @Override
    int place(int index) {
      return kept[index];
    }
  }

  /** Nodes of which some are others. */
  private static final class Changed extends ForwardingNodes {
    private final NodeList original;
    private final NodeList others;
    private final Map<Integer, Integer> places = new HashMap<>();

    /** Asked first: of millions of nodes few are changed. */
    private final BitSet isChanged = new BitSet();

    private Changed(NodeList original, Map<Integer, NodeDef> changed) {
      this.original = original;
      List<NodeDef> nodes = new ArrayList<>(changed.size());
      changed.forEach(
          (index, node) -> {
            isChanged.set(index);
            places.put(index, nodes.size());
            nodes.add(node);
          });
      this.others = NodeList.of(nodes);
    }

    @Override
    public int size() {
      return original.size();
    }

    @Override
    NodeList list(int index) {
      return isChanged.get(index) ? others : original;
    }

    @Override
    int place(int index) {
      return isChanged.get(index) ? places.get(index) : index;
    }
  }
}
