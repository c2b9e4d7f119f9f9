package org.grokfast.onnx.next;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * Whether a tensor keeps something of a value: whether it is made from it by sums, multiples,
 * choices and by what bounds elements or moves them about, be it in a body or in a function. What a
 * loop carries keeps its first value, which is all that is left of no round.
 */
public final class Kept {
  private static final Set<String> OF_ALL =
      Set.of("Add", "Sum", "Mean", "Mul", "Max", "Min", "Concat", "Identity", "Cast");
  private static final Set<String> OF_FIRST =
      Set.of(
          ("CastLike Clip Div Expand Flatten Gather GatherElements GatherND Pad Reshape Scatter"
                  + " ScatterElements ScatterND Slice Split Squeeze Sub Tile Transpose Unsqueeze")
              .split(" ", -1));

  /** What a projection or a proximal step puts the new value through. */
  private static final Set<String> ELEMENTWISE =
      Set.of(
          ("Abs Celu Elu Erf Exp HardSigmoid HardSwish LeakyRelu Log Neg PRelu Pow Reciprocal Relu"
                  + " Selu Shrink Sigmoid Sign Softplus Softsign Sqrt Tanh ThresholdedRelu")
              .split(" ", -1));

  private static final Gates NONE = (node, tensor) -> false;

  private final OnnxGraph graph;
  private final boolean unknownKeeps;
  private final Gates gates;
  private final Scope main;

  private Kept(OnnxGraph graph, boolean unknownKeeps, Gates gates) {
    this.graph = graph;
    this.unknownKeeps = unknownKeeps;
    this.gates = gates;
    this.main = Scope.of(graph.proto());
  }

  /** For an answer that is yes where it is known: an op of another domain keeps nothing. */
  public static Kept surely(OnnxGraph graph) {
    return new Kept(graph, false, NONE);
  }

  /**
   * For an answer that is no where it is known: an op of another domain keeps all it takes, and one
   * that goes through a value element by element keeps that.
   */
  public static Kept perhaps(OnnxGraph graph) {
    return new Kept(graph, true, NONE);
  }

  /** What a value goes through in the main graph without being kept by that. */
  public interface Gates {
    /** Whether a tensor that a node takes is let through by another one alone. */
    boolean holdBack(NodeProto node, String tensor);
  }

  /** As {@link #perhaps}, but for what gates hold back. */
  public static Kept perhapsBut(OnnxGraph graph, Gates gates) {
    return new Kept(graph, true, gates);
  }

  /** Whether a tensor of the graph keeps something of another one, or is that. */
  public boolean keeps(String tensor, String value) {
    Set<Place> seen = new HashSet<>();
    Deque<Place> todo = new ArrayDeque<>(List.of(new Place(main, tensor)));
    while (!todo.isEmpty()) {
      Place at = todo.remove();
      if (at.scope() == main && at.tensor().equals(value)) {
        return true;
      }
      if (!at.tensor().isEmpty() && seen.add(at)) {
        todo.addAll(at.scope().maker(at.tensor()).map(node -> through(at, node)).orElse(given(at)));
      }
    }
    return false;
  }

  /** A tensor of a graph, a body or a function's body. */
  private record Place(Scope scope, String tensor) {
    private Place of(String other) {
      return new Place(scope, other);
    }
  }

  /** What a tensor that no node of its scope makes is outside. */
  private static List<Place> given(Place at) {
    return at.scope().outside(at.tensor()).stream()
        .map(outer -> new Place(at.scope().outer(), outer))
        .toList();
  }

  private List<Place> through(Place at, NodeProto node) {
    return below(at, node).stream()
        .filter(place -> at.scope() != main || !gates.holdBack(node, place.tensor()))
        .toList();
  }

  private List<Place> below(Place at, NodeProto node) {
    List<String> inputs = node.getInputList();
    int output = node.getOutputList().indexOf(at.tensor());
    Optional<FunctionProto> function = graph.function(node);
    if (function.isPresent()) {
      Scope body = at.scope().body(node, function.get(), inputs);
      return output < function.get().getOutputCount()
          ? List.of(new Place(body, function.get().getOutput(output)))
          : List.of();
    }
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      return unknownKeeps ? inputs.stream().map(at::of).toList() : List.of();
    }
    return switch (node.getOpType()) {
      case "Where" -> inputs.stream().skip(1).map(at::of).toList();
      // The running statistics are the last inputs and, in training, the last outputs.
      case "BatchNormalization" ->
          output > 0 && inputs.size() > output + 2
              ? List.of(at.of(inputs.get(output + 2)))
              : List.of();
      case "If" -> ofBodies(at, node, output, List.of());
      case "Loop" -> carried(at, node, output, 2, inputs.size() - 2);
      case "Scan" -> carried(at, node, output, 0, inputs.size() - scanned(node));
      default ->
          OF_ALL.contains(node.getOpType())
              ? inputs.stream().map(at::of).toList()
              : OF_FIRST.contains(node.getOpType())
                      || (unknownKeeps && ELEMENTWISE.contains(node.getOpType()))
                  ? inputs.stream().limit(1).map(at::of).toList()
                  : List.of();
    };
  }

  private static int scanned(NodeProto node) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals("num_scan_inputs"))
        .mapToInt(a -> (int) a.getI())
        .findFirst()
        .orElse(0);
  }

  /**
   * What an output of a loop is made from.
   *
   * @param first the first input that is carried
   * @param count the number of these
   */
  private static List<Place> carried(Place at, NodeProto node, int output, int first, int count) {
    List<Place> places = new ArrayList<>();
    if (output < count) {
      places.add(at.of(node.getInput(first + output)));
    }
    // A body of Loop says first whether to go on.
    places.addAll(ofBodies(at, node, output + (first == 2 ? 1 : 0), node.getInputList()));
    return places;
  }

  private static List<Place> ofBodies(Place at, NodeProto node, int output, List<String> inputs) {
    List<Place> places = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG() && output < attribute.getG().getOutputCount()) {
        Scope body = at.scope().body(node, attribute.getG(), inputs);
        places.add(new Place(body, attribute.getG().getOutput(output).getName()));
      }
    }
    return places;
  }
}
