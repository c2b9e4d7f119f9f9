package org.grokfast.tensorflow.graph;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.rewrite.TrainedVariable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A node that holds a variable.
 *
 * @param node the node
 * @param kind whether its output is a reference to the value or a handle of a resource
 */
public record VariableNode(NodeDef node, Kind kind) {

  /** The two families of variables. */
  public enum Kind {
    /** {@code VariableV2}: what TensorFlow Java and early TensorFlow 1 build. */
    REFERENCE,
    /** {@code VarHandleOp}: what later TensorFlow builds. */
    RESOURCE
  }

  private static final Pattern TASK = Pattern.compile("/(job|replica|task):[^/]+");

  /** On an argument's node: the name that the variable has in the main graph. */
  static final String VARIABLE = "_grokfast_variable";

  /** On an argument's node: why it is not known to be one variable. */
  static final String UNKNOWN = "_grokfast_unknown";

  /** The variable that reaches an input of a node, followed through ops that only pass it on. */
  public static Optional<VariableNode> behind(GraphIndex graph, int id, int input) {
    return at(graph, origin(graph, id, input));
  }

  /** Why no variable is known to reach an input of a node, as the end of a sentence about it. */
  public static String unknown(GraphIndex graph, int id, int input) {
    return Provenance.text(graph.node(origin(graph, id, input)), UNKNOWN)
        .map(reason -> ", an argument that " + reason)
        .orElse(", which leads to no variable here");
  }

  private static int origin(GraphIndex graph, int id, int input) {
    int at = graph.producer(id, input);
    // Each step moves to a producer, and a chain longer than the graph is a cycle.
    for (int steps = 0; steps <= graph.size(); steps++) {
      if (!OpTable.handsOn(graph.op(at)) || graph.inputCount(at) == 0) {
        break;
      }
      at = graph.producer(at, 0);
    }
    return at;
  }

  /** A node of a graph as a variable, if it is one. */
  public static Optional<VariableNode> at(GraphIndex graph, int id) {
    return kind(graph.op(id)).map(kind -> new VariableNode(graph.node(id), kind));
  }

  /** The node as a variable, if it is one. */
  public static Optional<VariableNode> of(NodeDef node) {
    return kind(node.getOp()).map(kind -> new VariableNode(node, kind));
  }

  private static Optional<Kind> kind(String op) {
    if (OpTable.isReferenceVariable(op)) {
      return Optional.of(Kind.REFERENCE);
    }
    return OpTable.isResourceVariable(op) ? Optional.of(Kind.RESOURCE) : Optional.empty();
  }

  /**
   * The variable that a plan names.
   *
   * @throws java.util.NoSuchElementException if the node is no variable
   * @throws org.grokfast.rewrite.GraphRewriteException if there is no such node
   */
  static VariableNode named(GraphIndex graph, String name) {
    return at(graph, graph.id(name)).orElseThrow();
  }

  /** The variable's name. In a function that is not the node's: an argument stands there for it. */
  public String name() {
    return Provenance.text(node, VARIABLE).orElse(node.getName());
  }

  /** The name of the node in the graph or function that was searched. */
  public String nodeName() {
    return node.getName();
  }

  /**
   * The task of a cluster on which it is placed, as that part of a device's name: {@code
   * /job:ps/replica:0/task:1}. Empty where its node names none.
   */
  public String task() {
    Matcher parts = TASK.matcher(node.getDevice());
    return parts.results().map(MatchResult::group).collect(Collectors.joining());
  }

  public DataType dtype() {
    return node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
  }

  /** The dimensions, or empty where one of them or their number is unknown. */
  public Optional<List<Long>> shape() {
    return dimensions().filter(dims -> dims.stream().allMatch(size -> size >= 0));
  }

  /** The dimensions, -1 where one is unknown; empty where their number is unknown. */
  public Optional<List<Long>> dimensions() {
    AttrValue shape = node.getAttrOrDefault("shape", AttrValue.getDefaultInstance());
    return !shape.hasShape() || shape.getShape().getUnknownRank()
        ? Optional.empty()
        : Optional.of(
            shape.getShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
  }

  /** The variable as a plan sees it; empty where it can't be filtered. */
  public Optional<TrainedVariable> trained() {
    Optional<Precision> precision = DataTypes.precision(dtype());
    return shape()
        .flatMap(dims -> precision.map(format -> new TrainedVariable(name(), format, dims)));
  }
}
