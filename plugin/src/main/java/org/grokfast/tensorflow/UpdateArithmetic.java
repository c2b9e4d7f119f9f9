package org.grokfast.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.grokfast.rewrite.GradientEdge;
import org.tensorflow.proto.NodeDef;

/**
 * Follows what an optimizer subtracts from a variable back to the gradient, through the factors
 * that the optimizer itself puts on it.
 *
 * <p>TensorFlow names the ops of one update under one scope ({@code train/update_w/}); a factor
 * outside of that scope, such as that of clipping, belongs to the gradient.
 */
final class UpdateArithmetic {
  private static final Set<String> FACTORS = Set.of("Mul", "Neg", "Identity");

  /** At the start of a word: {@code gradients/} and {@code clip_by_norm}, but not Adagrad. */
  private static final Pattern GRADIENT = Pattern.compile("(?:^|[/_])(?:grad|clip)");

  private final TrainingGraph graph;
  private final String scope;

  /** Follows updates of the scope of a node. */
  UpdateArithmetic(TrainingGraph graph, int update) {
    this.graph = graph;
    this.scope = scope(graph.node(update).getName());
  }

  /**
   * The input through which the gradient enters the arithmetic.
   *
   * @param id a node of the update
   * @param input the input that takes what is subtracted
   * @param data nodes on which the gradient depends and a learning rate does not
   */
  Optional<GradientEdge> gradientEdge(int id, int input, Set<Integer> data) {
    int at = id;
    int through = input;
    for (int steps = 0; steps <= graph.size(); steps++) {
      int producer = graph.producer(at, through);
      NodeDef node = graph.node(producer);
      if (!FACTORS.contains(node.getOp()) || !isInScope(producer)) {
        return isGradient(producer)
            ? Optional.of(new GradientEdge(graph.node(at).getName(), through))
            : Optional.empty();
      }
      at = producer;
      through = dataInput(producer, data);
      if (through < 0) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  boolean isInScope(int id) {
    return scope(graph.node(id).getName()).equals(scope);
  }

  /**
   * The one input that depends on data; −1 where it isn't one. Of a product, the factor whose
   * ancestors end first without data is the learning rate: both are followed in turn, so that the
   * backward pass is not walked for every variable.
   */
  private int dataInput(int id, Set<Integer> data) {
    List<Integer> inputs = new ArrayList<>();
    for (int input = 0; input < graph.node(id).getInputCount(); input++) {
      if (!graph.node(id).getInput(input).startsWith("^")) {
        inputs.add(input);
      }
    }
    if (inputs.size() == 1) {
      return inputs.get(0);
    }
    if (inputs.size() != 2) {
      return -1;
    }
    Walk first = new Walk(graph.producer(id, inputs.get(0)), data);
    Walk second = new Walk(graph.producer(id, inputs.get(1)), data);
    while (true) {
      if (first.endsWithoutData()) {
        return inputs.get(1);
      }
      if (second.endsWithoutData()) {
        return inputs.get(0);
      }
      if (first.found && second.found) {
        return -1;
      }
      first.step();
      second.step();
    }
  }

  /** The ancestors of a node, one at a time, until data is among them. */
  private final class Walk {
    private final Set<Integer> data;
    private final Set<Integer> seen = new HashSet<>();
    private final Deque<Integer> todo = new ArrayDeque<>();
    private boolean found;

    private Walk(int start, Set<Integer> data) {
      this.data = data;
      seen.add(start);
      todo.add(start);
    }

    private boolean endsWithoutData() {
      return todo.isEmpty() && !found;
    }

    private void step() {
      if (found || todo.isEmpty()) {
        return;
      }
      int at = todo.remove();
      found = data.contains(at);
      graph.producers(at).filter(seen::add).forEach(todo::add);
    }
  }

  /** Whether a name says that a node belongs to a backward pass or to clipping. */
  private boolean isGradient(int id) {
    return GRADIENT.matcher(graph.node(id).getName().toLowerCase(Locale.ROOT)).find();
  }

  private static String scope(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }
}
