package org.grokfast.tensorflow.find.flow;

import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.graph.Constants;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.VariableWrites;

/**
 * Through which inputs of an op values flow to its outputs. Conditions choose, indices place and
 * shapes measure; none of them is a value, and a gradient does not flow through any.
 */
final class ValueFlow {
  private static final Map<String, Set<Integer>> STEERING =
      Map.ofEntries(
          Map.entry("Select", Set.of(0)),
          Map.entry("SelectV2", Set.of(0)),
          Map.entry("Switch", Set.of(1)),
          Map.entry("RefSwitch", Set.of(1)),
          Map.entry("If", Set.of(0)),
          Map.entry("StatelessIf", Set.of(0)),
          Map.entry("Case", Set.of(0)),
          Map.entry("StatelessCase", Set.of(0)),
          Map.entry("Gather", Set.of(1)),
          Map.entry("GatherV2", Set.of(1, 2)),
          Map.entry("GatherNd", Set.of(1)),
          Map.entry("ResourceGather", Set.of(0, 1)),
          Map.entry("ResourceGatherNd", Set.of(0, 1)),
          Map.entry("ScatterNd", Set.of(0, 2)),
          Map.entry("TensorScatterAdd", Set.of(1)),
          Map.entry("TensorScatterSub", Set.of(1)),
          Map.entry("TensorScatterUpdate", Set.of(1)),
          Map.entry("SparseSegmentSum", Set.of(1, 2)),
          Map.entry("SegmentSum", Set.of(1)),
          Map.entry("UnsortedSegmentSum", Set.of(1, 2)));

  private static final Set<String> MEASURING =
      Set.of(
          "ArgMax",
          "ArgMin",
          "NextIteration",
          "OnesLike",
          "Rank",
          "RefNextIteration",
          "Shape",
          "ShapeN",
          "Size",
          "ZerosLike");

  /** By op, the input that holds the numbers of rows. */
  private static final Map<String, Integer> ROW_NUMBERS =
      Map.of("Gather", 1, "GatherV2", 1, "ResourceGather", 1, "UnsortedSegmentSum", 1);

  private static final int SCATTER_ROWS = 1;

  private ValueFlow() {}

  /** Whether what a data input brings flows on. */
  static boolean carries(String op, int input) {
    return !MEASURING.contains(op)
        && !isRandom(op)
        && !STEERING.getOrDefault(op, Set.of()).contains(input);
  }

  /** Whether a node that takes no value brings one from outside of the graph, or draws it. */
  static boolean isSource(GraphIndex graph, int id) {
    String op = graph.op(id);
    if (op.equals("Const")) {
      return Constants.isTensor(graph.node(id));
    }
    return isRandom(op)
        || (graph.inputCount(id) == 0 && !MEASURING.contains(op) && !op.equals("NoOp"));
  }

  private static boolean isRandom(String op) {
    return op.startsWith("Random")
        || op.startsWith("StatelessRandom")
        || op.startsWith("StatelessTruncated")
        || op.startsWith("StatelessParameterized")
        || op.startsWith("TruncatedNormal")
        || op.startsWith("ParameterizedTruncated")
        || op.startsWith("StatefulRandom")
        || op.startsWith("StatefulStandardNormal");
  }

  /** The input that holds the numbers of rows which an op reads, sums or writes; −1 if none. */
  static int rowNumbers(String op) {
    return VariableWrites.isScatter(op) ? SCATTER_ROWS : ROW_NUMBERS.getOrDefault(op, -1);
  }
}
