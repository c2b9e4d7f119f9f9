package org.grokfast.tensorflow.edit;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * The node that writes what a gradient makes of its variable: the training op that takes it, or the
 * last of the writes that lie behind it.
 */
public final class UpdateNode {
  private final GraphIndex graph;
  private final UpdateSite site;

  private UpdateNode(GraphIndex graph, UpdateSite site) {
    this.graph = graph;
    this.site = site;
  }

  /** The node, or why there is none of which is known that it comes last. */
  public record Found(OptionalInt id, Reason missing) {}

  /**
   * Looks for the update of a site.
   *
   * @param graph the place of the site
   */
  public static Found of(GraphIndex graph, UpdateSite site) {
    return new UpdateNode(graph, site).find();
  }

  /** The training op that takes the gradient of a site; empty where another node does. */
  public static OptionalInt trainingOp(GraphIndex graph, UpdateSite site) {
    int id = graph.id(site.anchor());
    boolean alone = site.edges().stream().allMatch(edge -> edge.node().equals(site.anchor()));
    return alone && OpTable.isTraining(graph.op(id)) && writes(graph, id, site)
        ? OptionalInt.of(id)
        : OptionalInt.empty();
  }

  private static boolean writes(GraphIndex graph, int id, UpdateSite site) {
    return graph.inputCount(id) > 0
        && VariableNode.behind(graph, id, 0)
            .filter(variable -> variable.name().equals(site.variable().name()))
            .isPresent();
  }

  private Found find() {
    OptionalInt op = trainingOp(graph, site);
    if (op.isPresent()) {
      return new Found(op, null);
    }
    BitSet starts = new BitSet();
    site.edges().forEach(edge -> starts.set(graph.id(edge.node())));
    BitSet behind = Reachability.from(starts, graph::consumers, id -> true);
    List<Integer> writes =
        behind.stream()
            .filter(id -> OpTable.isWrite(graph.op(id)) && writes(graph, id, site))
            .boxed()
            .toList();
    if (writes.isEmpty()) {
      return none("no write to the variable is seen behind its gradient '" + site.gradient() + "'");
    }
    for (int last : writes) {
      BitSet before = graph.ancestors(last);
      if (writes.stream().allMatch(before::get)) {
        return through(behind, before).isEmpty()
            ? new Found(OptionalInt.of(last), null)
            : none(
                "whether its update '"
                    + graph.name(last)
                    + "' is made is decided behind the gradient, by '"
                    + graph.name(through(behind, before).getAsInt())
                    + "'");
      }
    }
    return none(
        "no order is known of its writes '"
            + graph.name(writes.get(0))
            + "' and '"
            + graph.name(writes.get(1))
            + "'");
  }

  /** A switch between the gradient and the write. */
  private OptionalInt through(BitSet behind, BitSet before) {
    IntPredicate between = before::get;
    return behind.stream().filter(between).filter(id -> OpTable.isSwitch(graph.op(id))).findFirst();
  }

  private static Found none(String why) {
    return new Found(OptionalInt.empty(), Reason.of(why));
  }
}
