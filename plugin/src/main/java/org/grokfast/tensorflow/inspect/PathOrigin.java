package org.grokfast.tensorflow.inspect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Says where the path of a file comes from: from whoever runs the graph, or from the graph.
 *
 * <pre>
 *   path ◀─ StringJoin, ShardedFilename, … ◀─ Placeholder(string)      the caller's
 *   path ◀─ … ◀─ PlaceholderWithDefault(string, "model")               the caller's, if nothing but
 *                                                                      the saver waits for the op
 *   path ◀─ … ◀─ Const alone, a variable, a table, data, …             the graph's
 * </pre>
 *
 * A function's argument comes from where every call of the function takes it.
 */
final class PathOrigin {
  private static final int MOST_NODES = 1000;

  /** The nodes that are looked at for all paths of a graph together. */
  private static final int BUDGET = 5_000_000;

  /** What stands behind a saver, besides other parts of one. */
  private static final Set<String> AFTER_SAVE =
      Set.of(
          "ConcatV2",
          "ExpandDims",
          "MergeV2Checkpoints",
          "NoOp",
          "Pack",
          "PartitionedCall",
          "Save",
          "SaveSlices",
          "SaveV2",
          "ShardedFilename",
          "ShardedFilespec",
          "StatefulPartitionedCall");

  private static final Pattern UPDATES = Pattern.compile(".*(Apply|Scatter|AssignAdd|AssignSub).*");

  private final GraphScopes scopes;
  private final Set<String> seen = new HashSet<>();
  private int left = BUDGET;
  private boolean fed;
  private boolean defaulted;
  private boolean other;

  PathOrigin(GraphScopes scopes) {
    this.scopes = scopes;
  }

  /** Whether an input of a node is a path that whoever runs the graph gives. */
  boolean isGivenByTheCaller(String scope, NodeDef node, int input) {
    seen.clear();
    fed = defaulted = other = false;
    if (input >= node.getInputCount()) {
      return false;
    }
    follow(scope, node.getInput(input));
    return !other && (fed || defaulted) && (!defaulted || standsAlone(scope, node));
  }

  private void follow(String scope, String input) {
    if (other || input.startsWith("^") || !seen.add(scope + "\n" + input)) {
      return;
    }
    other |= seen.size() > MOST_NODES || left-- <= 0;
    String name = GraphScopes.nodeOf(input);
    int argument = scope.isEmpty() ? -1 : scopes.argument(scope, name);
    if (argument >= 0) {
      followCallers(scope, argument);
      return;
    }
    NodeDef node = scopes.node(scope, name).orElse(null);
    if (node == null) {
      other = true;
      return;
    }
    boolean text = dtype(node, "dtype") == DataType.DT_STRING;
    switch (node.getOp()) {
      case "Placeholder" -> fed |= text;
      case "PlaceholderWithDefault" -> defaulted |= text;
      case "Const" -> {}
      default -> {
        other |= !OpEffects.isPure(node.getOp()) && !node.getOp().equals("MatchingFiles");
        chosen(node).forEach(next -> follow(scope, next));
      }
    }
  }

  /** The inputs that a path may come from, without those that only say which one it is. */
  private static List<String> chosen(NodeDef node) {
    int count = node.getInputCount();
    return switch (node.getOp()) {
      case "Switch", "GatherV2", "GatherNd" -> node.getInputList().subList(0, Math.min(1, count));
      case "Select", "SelectV2" -> node.getInputList().subList(Math.min(1, count), count);
      default -> node.getInputList();
    };
  }

  private void followCallers(String function, int argument) {
    List<GraphScopes.Call> callers = scopes.callers(function);
    other |= callers.isEmpty();
    for (GraphScopes.Call call : callers) {
      int input = call.firstInput() + argument;
      if (call.firstInput() < 0 || input >= call.node().getInputCount()) {
        other = true;
        return;
      }
      follow(call.scope(), call.node().getInput(input));
    }
  }

  /** Whether what waits for a saver's op is a saver too, and no step of training. */
  private boolean standsAlone(String scope, NodeDef node) {
    boolean saves = node.getOp().startsWith("Save") || node.getOp().startsWith("Merge");
    Set<String> waiting = new LinkedHashSet<>(roots(scope, node, new HashSet<>()));
    Deque<String> todo = new ArrayDeque<>(waiting);
    Map<String, Set<String>> consumers = scopes.consumers();
    while (!todo.isEmpty()) {
      for (String next : consumers.getOrDefault(todo.remove(), Set.of())) {
        if (left-- <= 0) {
          return false;
        }
        if (!waiting.add(next)) {
          continue;
        }
        NodeDef reached = scopes.main().get(next);
        if (!(saves ? isAfterSave(reached) : !UPDATES.matcher(reached.getOp()).matches())) {
          return false;
        }
        todo.add(next);
      }
    }
    return waiting.stream().noneMatch(name -> waitsForAnUpdate(name, waiting));
  }

  private static boolean isAfterSave(NodeDef node) {
    return AFTER_SAVE.contains(node.getOp())
        || (node.getOp().equals("Identity") && dtype(node, "T") == DataType.DT_STRING);
  }

  /** Whether a node joins a saver with an update, as a train op that also saves would. */
  private boolean waitsForAnUpdate(String name, Set<String> waiting) {
    for (String input : scopes.main().get(name).getInputList()) {
      NodeDef producer = scopes.main().get(GraphScopes.nodeOf(input));
      if (producer != null
          && !waiting.contains(producer.getName())
          && UPDATES.matcher(producer.getOp()).matches()) {
        return true;
      }
    }
    return false;
  }

  /** The nodes of the main graph through which a node runs. */
  private Set<String> roots(String scope, NodeDef node, Set<String> visited) {
    Set<String> roots = new LinkedHashSet<>();
    if (scope.isEmpty()) {
      roots.add(node.getName());
    } else if (visited.add(scope)) {
      for (GraphScopes.Call call : scopes.callers(scope)) {
        roots.addAll(roots(call.scope(), call.node(), visited));
      }
    }
    return roots;
  }

  private static DataType dtype(NodeDef node, String attribute) {
    return node.containsAttr(attribute)
        ? node.getAttrOrThrow(attribute).getType()
        : DataType.DT_INVALID;
  }
}
