package org.grokfast.tensorflow.cover;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.TensorName;

/** The nodes of one graph or function, as all copies of it share them. */
final class Body {
  private static final int UNKNOWN = -1;

  private final GraphIndex graph;
  private final String[] ops;
  private final int[] origins;
  private final List<TensorName> returned;

  /** A main graph. */
  Body(GraphIndex graph) {
    this(graph, List.of());
  }

  /** A function. */
  Body(FunctionBody body) {
    this(
        body.graph(),
        body.function().signature().getOutputArgList().stream()
            .map(output -> body.function().declaration().getRetOrDefault(output.getName(), ""))
            .map(TensorName::parse)
            .toList());
  }

  private Body(GraphIndex graph, List<TensorName> returned) {
    this.graph = graph;
    this.returned = returned;
    this.ops = new String[graph.size()];
    this.origins = new int[graph.size()];
    Arrays.fill(origins, UNKNOWN);
    Map<String, String> known = new HashMap<>();
    for (int node = 0; node < ops.length; node++) {
      String op = graph.op(node);
      String same = known.putIfAbsent(op, op);
      ops[node] = same == null ? op : same;
    }
  }

  GraphIndex graph() {
    return graph;
  }

  int size() {
    return ops.length;
  }

  String op(int node) {
    return ops[node];
  }

  /** What a function returns, in the order of its outputs. */
  List<TensorName> returned() {
    return returned;
  }

  /** Where the reference or handle comes from that a node hands on; else the node itself. */
  int origin(int node) {
    int at = node;
    int steps = 0;
    while (origins[at] == UNKNOWN && handsOn(at) && steps++ <= ops.length) {
      at = graph.producer(at, 0);
    }
    int end = origins[at] == UNKNOWN ? at : origins[at];
    // The next search over the same chain ends at once.
    for (int from = node; from != at; from = graph.producer(from, 0)) {
      origins[from] = end;
      if (steps-- <= 0) {
        break;
      }
    }
    return end;
  }

  private boolean handsOn(int node) {
    return OpTable.handsOn(ops[node])
        && graph.inputCount(node) > 0
        && !TensorName.isControl(graph.inputs(node).get(0));
  }
}
