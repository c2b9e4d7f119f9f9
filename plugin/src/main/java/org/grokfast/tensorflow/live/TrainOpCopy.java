package org.grokfast.tensorflow.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grokfast.graph.NameAllocator;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.edit.MovedUpdate;
import org.grokfast.tensorflow.edit.ReplacedUpdate;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.NodeDef;

/**
 * A second copy of the apply ops and of their downstream nodes up to the train op.
 *
 * <pre>
 *   before:  gradient ───────────▶ ApplyAdam ──▶ train
 *   after:   gradient ─┬─────────▶ ApplyAdam ──▶ train
 *                      └▶ filter ▶ ApplyAdam' ─▶ train'
 * </pre>
 *
 * The edges of a live graph can't be moved through TensorFlow Java's public API, but nodes that are
 * not run cost nothing: the program runs train' in place of train. What does not depend on an apply
 * op, such as the reading of data or the computation of the loss, is shared by both. Where the
 * apply op is in a function, what calls the function is copied and calls a copy of it. Where
 * something follows an update, it follows the copy, and what takes the copy takes what comes last.
 * In place of the copy of an update another update may stand.
 */
final class TrainOpCopy {
  private final GraphIndex graph;
  private final Map<GradientEdge, String> redirections;
  private final FunctionCopies functions;
  private final NameAllocator names;
  private final Map<Integer, String> copies = new HashMap<>();
  private final Map<Integer, MovedUpdate> moves = new HashMap<>();
  private final Map<Integer, ReplacedUpdate> replacements = new HashMap<>();
  private final Map<Integer, List<String>> delays = new HashMap<>();
  private final Map<Integer, List<Integer>> waits = new HashMap<>();

  /**
   * Copies nodes of a graph.
   *
   * @param graph the graph
   * @param emission the tensor that each edge is to take instead, and which updates are followed
   * @param functions what is to be called instead
   * @param names names that are free
   */
  TrainOpCopy(GraphIndex graph, Emission emission, FunctionCopies functions, NameAllocator names) {
    this.graph = graph;
    this.redirections = emission.redirections();
    emission.moves("").forEach(move -> moves.put(graph.id(move.node()), move));
    emission.replacements("").forEach(each -> replacements.put(graph.id(each.node()), each));
    emission
        .delays("")
        .forEach(
            delay ->
                delays
                    .computeIfAbsent(graph.id(delay.node()), id -> new ArrayList<>())
                    .add(delay.before()));
    this.functions = functions;
    this.names = names;
  }

  /**
   * The copies, each after what it takes; the train op's comes last.
   *
   * @param trainOp the train op
   * @param powers updates to be copied as well, to wait for the ops that read what they update
   * @throws GraphRewriteException if the nodes to copy form a loop
   */
  List<NodeDef> copy(int trainOp, List<AdamOrderPass.Unordered> powers) {
    powers.forEach(
        power ->
            waits.put(graph.id(power.update()), power.readers().stream().map(graph::id).toList()));
    BitSet affected = affected(graph.ancestors(trainOp));
    List<Integer> order = inOrder(affected);
    order.remove((Integer) trainOp);
    order.add(trainOp);
    for (int id : order) {
      copies.put(id, names.allocate(Provenance.ROOT + "/train/" + graph.name(id)));
    }
    List<NodeDef> result = new ArrayList<>();
    for (int id : order) {
      NodeDef copy = copyOf(id, id == trainOp);
      if (replacements.containsKey(id)) {
        copy = replacements.get(id).instead(graph, copy);
      }
      MovedUpdate move = moves.get(id);
      if (move != null) {
        // The copy is followed by what the name of the update stands for.
        result.add(unmarked(move.moved(copy)));
        boolean reference =
            VariableNode.behind(graph, id, 0).orElseThrow().kind() == VariableNode.Kind.REFERENCE;
        copy = move.waiting(copy, reference).toBuilder().removeAttr(Provenance.MOVED_TO).build();
      }
      result.add(copy);
    }
    return result;
  }

  /**
   * An inserted node that waits for copies in place of what they are copies of, once there are
   * copies: what was copied is not to run.
   */
  NodeDef waitingForCopies(NodeDef inserted) {
    NodeDef.Builder waiting = inserted.toBuilder();
    for (int input = 0; input < inserted.getInputCount(); input++) {
      String taken = inserted.getInput(input);
      String node = TensorName.nodeOf(taken);
      if (TensorName.isControl(taken) && graph.has(node) && copies.containsKey(graph.id(node))) {
        waiting.setInput(input, TensorName.control(copies.get(graph.id(node))));
      }
    }
    return waiting.build();
  }

  /** What lies between the redirected inputs, or what calls a copy, and the train op. */
  private BitSet affected(BitSet ancestors) {
    BitSet first = new BitSet();
    redirections.keySet().forEach(edge -> first.set(graph.id(edge.node())));
    ancestors.stream().filter(id -> functions.calls(graph.node(id))).forEach(first::set);
    waits.keySet().forEach(first::set);
    delays.keySet().stream().filter(ancestors::get).forEach(first::set);
    return Reachability.from(first, graph::consumers, ancestors::get);
  }

  /** Kahn's algorithm over the affected nodes. */
  private List<Integer> inOrder(BitSet affected) {
    Map<Integer, Integer> waiting = new HashMap<>();
    Deque<Integer> ready = new ArrayDeque<>();
    affected.stream()
        .forEach(
            id -> {
              int count =
                  (int)
                      IntStream.concat(graph.producers(id), awaited(id))
                          .filter(affected::get)
                          .count();
              waiting.put(id, count);
              if (count == 0) {
                ready.add(id);
              }
            });
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int id = ready.remove();
      order.add(id);
      IntStream.concat(graph.consumers(id), waiting(id))
          .filter(affected::get)
          .forEach(
              consumer -> {
                if (waiting.merge(consumer, -1, Integer::sum) == 0) {
                  ready.add(consumer);
                }
              });
    }
    if (order.size() < affected.cardinality()) {
      throw new GraphRewriteException(
          "the updates run inside a loop of the graph; rewrite its GraphDef instead");
    }
    return order;
  }

  private IntStream awaited(int id) {
    return waits.getOrDefault(id, List.of()).stream().mapToInt(Integer::intValue);
  }

  private IntStream waiting(int id) {
    return waits.entrySet().stream()
        .filter(entry -> entry.getValue().contains(id))
        .mapToInt(Map.Entry::getKey);
  }

  private NodeDef copyOf(int id, boolean isTrainOp) {
    NodeDef node = graph.node(id);
    NodeDef.Builder copy = functions.redirected(node).toBuilder().setName(copies.get(id));
    for (int input = 0; input < node.getInputCount(); input++) {
      String redirected = redirections.get(new GradientEdge(node.getName(), input));
      copy.setInput(input, redirected != null ? redirected : mapped(id, input));
    }
    awaited(id)
        .forEach(
            reader ->
                copy.addInput(TensorName.control(copies.getOrDefault(reader, graph.name(reader)))));
    delays.getOrDefault(id, List.of()).forEach(before -> copy.addInput(TensorName.control(before)));
    copy.putAttr(Provenance.PASS, Attrs.string(Provenance.pass()));
    copy.putAttr(Provenance.COPY_OF, Attrs.string(node.getName()));
    if (isTrainOp) {
      copy.putAttr(Provenance.TRAIN_OP, Attrs.string(node.getName()));
    }
    return copy.build();
  }

  private static NodeDef unmarked(NodeDef moved) {
    return moved.toBuilder().removeAttr(Provenance.COPY_OF).removeAttr(Provenance.TRAIN_OP).build();
  }

  private String mapped(int id, int input) {
    String copy = copies.get(graph.producer(id, input));
    String original = graph.input(id, input);
    if (copy == null) {
      return original;
    }
    TensorName name = TensorName.parse(original);
    return name.isControl() ? TensorName.control(copy) : copy + ":" + name.index();
  }
}
