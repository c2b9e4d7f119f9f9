package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.rewrite.NameAllocator;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/**
 * Makes the updates of Adam's powers of beta wait for the training ops that read them. TensorFlow
 * Java's own {@code Adam} leaves their order open, so that the first steps differ from run to run.
 *
 * <p>The pass inserts one {@code NoOp} a power, which waits for the training ops and for which the
 * update waits. The node carries the attributes of every inserted node, so {@link StripPass} takes
 * it and the edge out again, and the original comes back message for message.
 */
public final class AdamOrderPass {
  /** On the inserted node: the power variable whose update it orders. */
  static final String ORDERS = "_grokfast_orders";

  private AdamOrderPass() {}

  /**
   * The result of the pass.
   *
   * @param graph the graph; the same where nothing had to be ordered
   * @param updates the nodes of the updates that wait now
   */
  public record Result(GraphDef graph, List<String> updates) {
    /** Makes the list immutable. */
    public Result {
      updates = List.copyOf(updates);
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
    TrainingGraph index = new TrainingGraph(graph);
    return new BetaPowers(index)
        .unordered().stream()
            .map(
                found ->
                    new Unordered(
                        index.node(found.variable()).getName(),
                        index.node(found.update()).getName(),
                        found.readers().stream().map(id -> index.node(id).getName()).toList()))
            .toList();
  }

  /**
   * Orders the updates. The same input gives the same bytes. Of a live graph that was wrapped, the
   * updates wait for the filtered copies of the training ops, as the originals are not run any
   * more.
   */
  public static Result apply(GraphDef graph) {
    TrainingGraph index = new TrainingGraph(graph);
    GraphEdit edit = new GraphEdit(index);
    NodeEmitter nodes = new NodeEmitter(new NameAllocator(index::has));
    List<String> updates = new ArrayList<>();
    for (BetaPowers.Unordered found : new BetaPowers(index).unordered()) {
      VariableNode power = VariableNode.of(index.node(found.variable())).orElseThrow();
      String order =
          nodes
              .node(Provenance.ROOT + "/adam_order/" + power.name(), "NoOp")
              .after(found.readers().stream().map(id -> index.node(id).getName()).toList())
              .with(power)
              .attr(ORDERS, Attrs.string(power.name()))
              .emit(DataType.DT_INVALID)
              .tensor();
      edit.addControlInput(found.update(), order);
      updates.add(index.node(found.update()).getName());
    }
    return new Result(updates.isEmpty() ? graph : edit.apply(nodes.nodes()), updates);
  }
}
