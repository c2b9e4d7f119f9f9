package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.graph.Dominators;

/**
 * How data flows through a graph, tensor by tensor. Tensors are numbered in an order in which each
 * comes after those that it is computed from. A scalar condition, such as one that skips the update
 * of a step whose loss is not finite, is control and no data.
 */
public final class DataFlow {
  private final OnnxGraph graph;
  private final List<String> tensors = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<int[]> producers = new ArrayList<>();

  public DataFlow(OnnxGraph graph) {
    this.graph = graph;
    int[] nothing = {};
    for (ValueInfoProto input : graph.proto().getInputList()) {
      number(input.getName(), nothing);
    }
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      int[] inputs = inputs(id);
      for (String output : node.getOutputList()) {
        if (!output.isEmpty()) {
          number(output, inputs);
        }
      }
    }
  }

  private void number(String tensor, int[] from) {
    if (numbers.putIfAbsent(tensor, tensors.size()) == null) {
      tensors.add(tensor);
      producers.add(from);
    }
  }

  /** The numbered tensors that a node takes; initializers have no number. */
  private int[] inputs(int id) {
    List<Integer> inputs = new ArrayList<>();
    List<String> names = graph.node(id).getInputList();
    names.subList(isChoice(id) ? 1 : 0, names.size()).forEach(name -> add(inputs, name));
    graph.captured(id).forEach(name -> add(inputs, name));
    GradientOp.of(graph.node(id)).ifPresent(name -> add(inputs, name));
    return inputs.stream().mapToInt(Integer::intValue).distinct().toArray();
  }

  private boolean isChoice(int id) {
    String op = graph.node(id).getOpType();
    return (op.equals("Where") || op.equals("If"))
        && graph.node(id).getInputCount() > 0
        && graph
            .type(graph.node(id).getInput(0))
            .fixedShape()
            .map(shape -> shape.stream().allMatch(d -> d == 1))
            .orElse(false);
  }

  private void add(List<Integer> inputs, String tensor) {
    Integer number = numbers.get(tensor);
    if (number != null) {
      inputs.add(number);
    }
  }

  public boolean has(String tensor) {
    return numbers.containsKey(tensor);
  }

  /** Whether a tensor is numbered and among some. */
  public boolean isIn(String tensor, BitSet tensors) {
    return has(tensor) && tensors.get(number(tensor));
  }

  /** The names of all numbered tensors. */
  public Stream<String> names() {
    return tensors.stream();
  }

  public int number(String tensor) {
    return numbers.get(tensor);
  }

  public String name(int number) {
    return tensors.get(number);
  }

  /** The numbers of the tensors that go into a tensor's node. */
  public int[] producers(int number) {
    return producers.get(number);
  }

  /** The tensors from which these are computed, themselves included. */
  public BitSet ancestors(Collection<String> of) {
    BitSet seen = new BitSet();
    Deque<Integer> todo = new ArrayDeque<>();
    for (String name : of) {
      Integer number = numbers.get(name);
      if (number != null && !seen.get(number)) {
        seen.set(number);
        todo.add(number);
      }
    }
    while (!todo.isEmpty()) {
      for (int from : producers.get(todo.remove())) {
        if (!seen.get(from)) {
          seen.set(from);
          todo.add(from);
        }
      }
    }
    return seen;
  }

  /** The tensors that are computed from these, themselves included. */
  public BitSet descendants(Collection<String> of) {
    return descendants(of, List.of());
  }

  /** The tensors that are computed from these by another way than through some tensors. */
  public BitSet descendants(Collection<String> of, Collection<String> without) {
    BitSet seen = new BitSet();
    of.stream().filter(this::has).forEach(name -> seen.set(number(name)));
    BitSet barred = new BitSet();
    without.stream().filter(this::has).forEach(name -> barred.set(number(name)));
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      for (int from : producers.get(tensor)) {
        if (seen.get(from) && !barred.get(from)) {
          seen.set(tensor);
          break;
        }
      }
    }
    return seen;
  }

  /** The separators for data that comes from these tensors. */
  public Separators separators(Collection<String> sources) {
    return new Separators(sources);
  }

  /** Which tensors alone separate others from the sources, by name. */
  public final class Separators {
    private final Dominators dominators;

    private Separators(Collection<String> sources) {
      BitSet starts = new BitSet();
      sources.stream().filter(DataFlow.this::has).forEach(name -> starts.set(number(name)));
      dominators = new Dominators(tensors.size(), producers::get, starts);
    }

    /** Whether data of a source gets there. */
    public boolean reaches(String tensor) {
      return has(tensor) && dominators.reaches(number(tensor));
    }

    /** The tensors through which all data goes on its way there, in order; without the end. */
    public List<String> before(String tensor) {
      List<String> chain = new ArrayList<>();
      if (reaches(tensor)) {
        for (int at = dominators.before(number(tensor)); at >= 0; at = dominators.before(at)) {
          chain.add(0, name(at));
        }
      }
      return chain;
    }
  }
}
