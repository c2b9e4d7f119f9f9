package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.NearestName;
import org.grokfast.io.Quote;

/**
 * Checks one graph: every tensor is made once, before it is used, under a name that no outer graph
 * uses. Subgraphs are checked with what they see of their outer graphs; the parser's limit of
 * nesting bounds the depth.
 */
final class GraphCheck {
  private static final char REPLACEMENT = '\uFFFD';

  private final String source;
  private final Set<String> domains;
  private final Set<String> known;
  private final Set<String> defined = new HashSet<>();

  /**
   * A check of one graph.
   *
   * @param source the file's name for messages
   * @param domains the domains whose ops may be used
   * @param known the names that outer graphs give; receives those of this graph
   */
  GraphCheck(String source, Set<String> domains, Set<String> known) {
    this.source = source;
    this.domains = domains;
    this.known = known;
  }

  /** The default domain has two spellings. */
  static String domain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  /** A node for messages: its name, or else its first output. */
  static String label(NodeProto node) {
    String op = " (" + Quote.name(node.getOpType()).replace("\"", "") + ")";
    if (!node.getName().isEmpty()) {
      return "node " + Quote.name(node.getName()) + op;
    }
    return node.getOutputCount() == 0
        ? "a node without a name" + op
        : "the node of tensor " + Quote.name(node.getOutput(0)) + op;
  }

  /** Visits nodes and the nodes of their subgraphs. */
  static void forEachNode(List<NodeProto> nodes, Consumer<NodeProto> visitor) {
    for (NodeProto node : nodes) {
      visitor.accept(node);
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          forEachNode(attribute.getG().getNodeList(), visitor);
        }
        attribute.getGraphsList().forEach(body -> forEachNode(body.getNodeList(), visitor));
      }
    }
  }

  void check(GraphProto graph, String place) {
    Set<String> inputs = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      requireNamed(input.getName(), "an input of " + place);
      define(input.getName(), "input", place);
      inputs.add(input.getName());
    }
    Set<String> initializers = new HashSet<>();
    graph.getInitializerList().forEach(t -> initializer(t.getName(), inputs, initializers, place));
    graph
        .getSparseInitializerList()
        .forEach(t -> initializer(t.getValues().getName(), inputs, initializers, place));
    checkBody(
        graph.getNodeList(),
        graph.getOutputList().stream().map(ValueInfoProto::getName).toList(),
        place);
  }

  private void initializer(
      String name, Set<String> inputs, Set<String> initializers, String place) {
    requireNamed(name, "an initializer of " + place);
    if (!initializers.add(name)) {
      throw new GraphFileException(
          source + ": initializer " + Quote.name(name) + " of " + place + " occurs twice.");
    }
    // An initializer of an input's name is that input's default.
    if (!inputs.contains(name)) {
      define(name, "initializer", place);
    }
  }

  void checkBody(List<NodeProto> nodes, List<String> outputs, String place) {
    Map<String, NodeProto> makers = new HashMap<>();
    for (NodeProto node : nodes) {
      node.getOutputList().forEach(output -> makers.putIfAbsent(output, node));
    }
    for (NodeProto node : nodes) {
      node(node, makers, place);
    }
    Set<String> seen = new HashSet<>();
    for (String output : outputs) {
      if (!known.contains(output)) {
        throw new GraphFileException(
            source
                + ": output "
                + Quote.name(output)
                + " of "
                + place
                + " is made by no node."
                + nearest(output));
      }
      if (!seen.add(output)) {
        throw new GraphFileException(
            source + ": " + place + " lists the output " + Quote.name(output) + " twice.");
      }
    }
  }

  private void node(NodeProto node, Map<String, NodeProto> makers, String place) {
    if (node.getOpType().isEmpty()) {
      throw new GraphFileException(
          source + ": " + label(node) + " of " + place + " has no op_type. Export it again.");
    }
    if (!domains.contains(domain(node.getDomain()))) {
      throw new GraphFileException(
          source
              + ": "
              + label(node)
              + " is of the domain "
              + Quote.name(node.getDomain())
              + ", which opset_import does not list. Add its version there.");
    }
    for (String input : node.getInputList()) {
      // An empty name is an optional input that is left out.
      if (!input.isEmpty() && !known.contains(input)) {
        throw unknown(node, input, makers);
      }
    }
    Set<String> attributes = new HashSet<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attributes.add(attribute.getName())) {
        throw new GraphFileException(
            source
                + ": "
                + label(node)
                + " has the attribute "
                + Quote.name(attribute.getName())
                + " twice.");
      }
      if (attribute.hasG()) {
        subgraph(node, attribute.getG());
      }
      attribute.getGraphsList().forEach(body -> subgraph(node, body));
    }
    for (String output : node.getOutputList()) {
      if (!output.isEmpty()) {
        define(output, "output of " + label(node), place);
      }
    }
  }

  private void subgraph(NodeProto node, GraphProto body) {
    GraphCheck inner = new GraphCheck(source, domains, known);
    inner.check(body, "a body of " + label(node));
    inner.forget();
  }

  /** Takes the names of this graph out of what is known: they are not seen from outside. */
  void forget() {
    known.removeAll(defined);
  }

  private void define(String name, String what, String place) {
    // What stands for bytes that are no text would be written as other bytes than were read.
    if (name.indexOf(REPLACEMENT) >= 0) {
      throw new GraphFileException(
          source
              + ": name "
              + Quote.name(name)
              + ", "
              + what
              + " in "
              + place
              + ", is no UTF-8 text. Rename it.");
    }
    if (!known.add(name)) {
      throw new GraphFileException(
          source
              + ": name "
              + Quote.name(name)
              + ", "
              + what
              + " in "
              + place
              + ", is taken already, there or in an outer graph: the model is not in single"
              + " assignment form. Rename one of the two.");
    }
    defined.add(name);
  }

  private GraphFileException unknown(NodeProto node, String input, Map<String, NodeProto> makers) {
    NodeProto maker = makers.get(input);
    String start = source + ": " + label(node) + " takes tensor " + Quote.name(input);
    if (maker != null) {
      return new GraphFileException(
          start
              + ", which "
              + label(maker)
              + " makes only later: the nodes are not sorted. Sort them topologically.");
    }
    return new GraphFileException(start + ", which nothing makes." + nearest(input));
  }

  private void requireNamed(String name, String what) {
    if (name.isEmpty()) {
      throw new GraphFileException(source + ": " + what + " has no name. Export it again.");
    }
  }

  private String nearest(String name) {
    return NearestName.of(name, known.stream().sorted())
        .map(near -> " Did you mean " + Quote.name(near) + "?")
        .orElse(" Export the model again.");
  }
}
