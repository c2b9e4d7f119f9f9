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
import org.grokfast.tensorflow.graph.TensorName;
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

  /** The writes to the variable of a site that lie behind its gradient. */
  public static List<Integer> writes(GraphIndex graph, UpdateSite site) {
    return writes(graph, site, behind(graph, site));
  }

  private static List<Integer> writes(GraphIndex graph, UpdateSite site, BitSet behind) {
    return behind.stream()
        .filter(id -> OpTable.isWrite(graph.op(id)) && writes(graph, id, site))
        .boxed()
        .toList();
  }

  private static BitSet behind(GraphIndex graph, UpdateSite site) {
    BitSet starts = new BitSet();
    site.edges().forEach(edge -> starts.set(graph.id(edge.node())));
    return Reachability.from(starts, graph::consumers, id -> true);
  }

  /**
   * What writes the variable of a site before its update, but not before its gradient is computed.
   *
   * @param update the number of the update
   */
  public static List<String> writesBefore(GraphIndex graph, UpdateSite site, int update) {
    BitSet before = graph.ancestors(update);
    before.andNot(graph.ancestors(graph.id(TensorName.nodeOf(site.gradient()))));
    return before.stream()
        .filter(id -> id != update && OpTable.isPlainWrite(graph.op(id)))
        .filter(id -> writes(graph, id, site))
        .mapToObj(graph::name)
        .toList();
  }

  /** What an update waits for beside the gradient and the variable, by the update's number. */
  public static List<String> awaited(GraphIndex graph, int update) {
    return graph
        .producers(update)
        .filter(producer -> graph.inputCount(producer) > 0)
        .mapToObj(graph::name)
        .toList();
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
    BitSet behind = behind(graph, site);
    List<Integer> writes = writes(graph, site, behind);
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
