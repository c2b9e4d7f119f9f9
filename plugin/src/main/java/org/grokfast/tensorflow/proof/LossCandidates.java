package org.grokfast.tensorflow.proof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.tensorflow.graph.DataTypes;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Finds what gradients may come from: real tensors of the main graph that depend on the trained
 * variables and that an op gives which a loss ends in. Which of them are scalars is seen when they
 * run, and which of those is the loss when its derivative is compared.
 *
 * <p>What has effects is not run, but for the training step itself where a function computes both.
 */
public final class LossCandidates {
  static final Set<DataType> REAL =
      Set.of(
          DataType.DT_HALF,
          DataType.DT_BFLOAT16,
          DataType.DT_FLOAT,
          DataType.DT_DOUBLE,
          DataType.DT_HALF_REF,
          DataType.DT_BFLOAT16_REF,
          DataType.DT_FLOAT_REF,
          DataType.DT_DOUBLE_REF);

  /**
   * What losses end in, and what these ops call their output. Most losses are reduced; those of a
   * model of single numbers end in a function of one.
   */
  static final Map<String, String> ENDS =
      Map.ofEntries(
          Map.entry("Abs", "y"),
          Map.entry("Add", "z"),
          Map.entry("AddN", "sum"),
          Map.entry("AddV2", "z"),
          Map.entry("Cast", "y"),
          Map.entry("Div", "z"),
          Map.entry("DivNoNan", "z"),
          Map.entry("Exp", "y"),
          Map.entry("Identity", "output"),
          Map.entry("L2Loss", "output"),
          Map.entry("Log", "y"),
          Map.entry("Log1p", "y"),
          Map.entry("Mean", "output"),
          Map.entry("Mul", "z"),
          Map.entry("Neg", "y"),
          Map.entry("Pow", "z"),
          Map.entry("Prod", "output"),
          Map.entry("RealDiv", "z"),
          Map.entry("Reshape", "output"),
          Map.entry("Select", "output"),
          Map.entry("SelectV2", "output"),
          Map.entry("Softplus", "activations"),
          Map.entry("Square", "y"),
          Map.entry("SquaredDifference", "z"),
          Map.entry("Squeeze", "output"),
          Map.entry("Sub", "z"),
          Map.entry("Sum", "output"));

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  /** What changes state, or is not there in every run. */
  private static final Pattern UNFIT =
      Pattern.compile(
          ".*Assign.*|.*Apply.*|(Resource)?Scatter(?!Nd$).*|Save.*|Restore.*|Switch|Enter|Exit"
              + "|NextIteration|LoopCond|.*Dequeue.*|.*Enqueue.*|IteratorGetNext.*");

  private static final int MOST = 400;

  private final NodeIndex graph;
  private final Set<String> inputs;
  private final Set<String> training;
  private final Map<String, Boolean> fit = new HashMap<>();

  private LossCandidates(NodeIndex graph, Set<String> inputs, Set<String> training) {
    this.graph = graph;
    this.inputs = inputs;
    this.training = training;
  }

  /**
   * The candidates, in the order of the graph.
   *
   * @param graph the original
   * @param variables the trained variables
   * @param steps the nodes that are run in a step
   * @param fed the placeholders that are fed
   */
  public static List<String> of(
      NodeIndex graph, Set<String> variables, List<String> steps, Set<String> fed) {
    Set<String> training = graph.ancestors(steps);
    return new LossCandidates(graph, fed, training).find(variables);
  }

  private List<String> find(Set<String> variables) {
    Set<String> dependent = dependent(variables);
    List<String> found = new ArrayList<>();
    for (NodeDef node : graph.graph().getNodeList()) {
      if (!dependent.contains(node.getName()) || found.size() >= MOST) {
        continue;
      }
      if (isCall(node)) {
        outputs(node, found);
      } else if (ENDS.containsKey(node.getOp()) && REAL.contains(type(node)) && isFit(node)) {
        found.add(node.getName());
      }
    }
    return found;
  }

  /** Whether a node is a call that a training step makes, which may give its loss. */
  private boolean isCall(NodeDef node) {
    return CALLS.contains(node.getOp()) && training.contains(node.getName());
  }

  /**
   * The narrowest real format of what some tensors are computed from. A call counts for all
   * functions: which of them it reaches does not matter much, as a graph has one policy.
   */
  public static Precision narrowest(NodeIndex graph, List<String> tensors) {
    List<String> nodes = tensors.stream().map(NodeIndex::nodeOf).toList();
    Set<DataType> types = new HashSet<>();
    boolean calls = false;
    for (String name : graph.ancestors(nodes)) {
      NodeDef node = graph.find(name).orElse(null);
      if (node != null) {
        types.add(type(node));
        calls |= node.getAttrMap().values().stream().anyMatch(AttrValue::hasFunc);
      }
    }
    if (calls) {
      graph.graph().getLibrary().getFunctionList().stream()
          .flatMap(function -> function.getNodeDefList().stream())
          .forEach(node -> types.add(type(node)));
    }
    if (types.contains(DataType.DT_BFLOAT16) || types.contains(DataType.DT_BFLOAT16_REF)) {
      return Precision.BFLOAT16;
    }
    if (types.contains(DataType.DT_HALF) || types.contains(DataType.DT_HALF_REF)) {
      return Precision.FLOAT16;
    }
    boolean single = types.contains(DataType.DT_FLOAT) || types.contains(DataType.DT_FLOAT_REF);
    return single ? Precision.FLOAT32 : Precision.FLOAT64;
  }

  /** The relative rounding error of a loss: of a sum of many terms, each rounded to a format. */
  public static double rounding(Precision precision) {
    return switch (precision) {
      case FLOAT16 -> 0x1p-10;
      case BFLOAT16 -> 0x1p-7;
      case FLOAT32 -> 0x1p-22;
      case FLOAT64 -> 0x1p-50;
    };
  }

  /** Whether to compute a tensor a training step runs. */
  public static boolean runs(NodeIndex graph, String tensor) {
    return graph.ancestors(List.of(NodeIndex.nodeOf(tensor))).stream()
        .flatMap(name -> graph.find(name).stream())
        .anyMatch(node -> node.getOp().equals("StatefulPartitionedCall"));
  }

  private static void outputs(NodeDef call, List<String> found) {
    AttrValue types = call.getAttrOrDefault("Tout", AttrValue.getDefaultInstance());
    for (int i = 0; i < types.getList().getTypeCount(); i++) {
      if (REAL.contains(types.getList().getType(i))) {
        found.add(call.getName() + ":" + i);
      }
    }
  }

  private Set<String> dependent(Set<String> variables) {
    Map<String, List<String>> consumers = new HashMap<>();
    for (NodeDef node : graph.graph().getNodeList()) {
      for (String input : node.getInputList()) {
        if (!input.startsWith("^")) {
          consumers
              .computeIfAbsent(NodeIndex.nodeOf(input), name -> new ArrayList<>())
              .add(node.getName());
        }
      }
    }
    Set<String> seen = new LinkedHashSet<>(variables);
    Deque<String> todo = new ArrayDeque<>(variables);
    while (!todo.isEmpty()) {
      consumers.getOrDefault(todo.remove(), List.of()).stream()
          .filter(seen::add)
          .forEach(todo::add);
    }
    return seen;
  }

  /** Whether a node can be computed again and again: with what is fed, and without effects. */
  private boolean isFit(NodeDef node) {
    Deque<NodeDef> todo = new ArrayDeque<>(List.of(node));
    Set<String> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      NodeDef next = todo.pop();
      if (Boolean.TRUE.equals(fit.get(next.getName())) || !seen.add(next.getName())) {
        continue;
      }
      boolean unfed =
          next.getOp().startsWith("Placeholder")
              && !next.getOp().equals("PlaceholderWithDefault")
              && !inputs.contains(next.getName());
      if (unfed
          || UNFIT.matcher(next.getOp()).matches()
          || Boolean.FALSE.equals(fit.get(next.getName()))
          || (CALLS.contains(next.getOp()) && !training.contains(next.getName()))) {
        fit.put(node.getName(), false);
        return false;
      }
      next.getInputList().forEach(in -> graph.find(NodeIndex.nodeOf(in)).ifPresent(todo::push));
    }
    seen.forEach(name -> fit.put(name, true));
    return true;
  }

  /**
   * Whether a node in a function is of an op that a loss ends in, and gives real numbers. What a
   * tape has put there comes from a loss.
   */
  public static boolean mayEndInLoss(NodeDef node) {
    return ENDS.containsKey(node.getOp())
        && REAL.contains(type(node))
        && !node.getName().contains("gradient_tape/");
  }

  /** The name of such a node's output, by which functions spell it. */
  public static String output(NodeDef node) {
    return ENDS.get(node.getOp());
  }

  /** The type of what a node gives; invalid where its attributes don't say. */
  public static DataType type(NodeDef node) {
    return DataTypes.given(node);
  }
}
