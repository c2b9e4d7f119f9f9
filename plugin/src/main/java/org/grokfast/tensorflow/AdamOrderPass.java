package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.edit.GraphEdit;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/**
 * Makes the updates of Adam's powers of beta wait for the training ops that read them. TensorFlow
 * Java's own {@code Adam} leaves their order open, so that the first steps differ from run to run.
 *
 * <p>The pass inserts one {@code NoOp} a power, which waits for the training ops and for which the
 * update waits. The node carries the attributes of every inserted node, so {@link FilterStripper}
 * takes it and the edge out again, and the original comes back message for message.
 */
public final class AdamOrderPass {
  /** On the inserted node: the power variable whose update it orders. */
  static final String ORDERS = InsertedNames.ORDERS_ATTRIBUTE;

  private AdamOrderPass() {}

  /**
   * The result of the pass.
   *
   * @param parts the graph; the same where nothing had to be ordered
   * @param updates the nodes of the updates that wait now
   */
  public record Result(GraphParts parts, List<String> updates) {
    /** Makes the list immutable. */
    public Result {
      updates = List.copyOf(updates);
    }

    /** The graph as one message. */
    public GraphDef graph() {
      return parts.graphDef();
    }
  }

  /**
   * An update in no order with training ops that read what it assigns.
   *
   * @param variable the power of beta
   * @param update the node that assigns its next value
   * @param readers the training ops
   */
  public record Unordered(String variable, String update, List<String> readers) {
    /** Makes the list immutable. */
    public Unordered {
      readers = List.copyOf(readers);
    }
  }

  /** The updates that {@link #apply} would order. */
  public static List<Unordered> find(GraphDef graph) {
    GraphIndex index = new GraphIndex(GraphParts.of(graph));
    return named(index, new BetaPowers(index).unordered());
  }

  /** Those of them that a training op runs, with the ops that it runs too and that read them. */
  public static List<Unordered> find(GraphIndex index, int trainOp) {
    BitSet run = index.ancestors(trainOp);
    return named(index, new BetaPowers(index).unordered(run::get));
  }

  private static List<Unordered> named(GraphIndex index, List<BetaPowers.Unordered> found) {
    return found.stream()
        .map(
            each ->
                new Unordered(
                    index.name(each.variable()),
                    index.name(each.update()),
                    each.readers().stream().map(index::name).toList()))
        .toList();
  }

  /**
   * Orders the updates. The same input gives the same bytes. Of a live graph that was wrapped, the
   * updates wait for the filtered copies of the training ops, as the originals are not run any
   * more.
   */
  public static Result apply(GraphDef graph) {
    return apply(GraphParts.of(graph));
  }

  /** The same for a graph in parts. */
  public static Result apply(GraphParts graph) {
    GraphIndex index = new GraphIndex(graph);
    GraphEdit edit = new GraphEdit(index);
    NodeEmitter nodes = new NodeEmitter(new NameAllocator(index::has));
    List<String> updates = new ArrayList<>();
    for (BetaPowers.Unordered found : new BetaPowers(index).unordered()) {
      VariableNode power = VariableNode.at(index, found.variable()).orElseThrow();
      String order =
          nodes
              .node(Provenance.ROOT + "/adam_order/" + power.name(), "NoOp")
              .after(found.readers().stream().map(index::name).toList())
              .with(power)
              .attr(ORDERS, Attrs.string(power.name()))
              .emit(DataType.DT_INVALID)
              .tensor();
      edit.addControlInput(found.update(), order);
      updates.add(index.name(found.update()));
    }
    return new Result(
        updates.isEmpty() ? graph : graph.withNodes(edit.apply(nodes.nodes())), updates);
  }
}
