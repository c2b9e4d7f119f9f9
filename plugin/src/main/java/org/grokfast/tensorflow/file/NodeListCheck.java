package org.grokfast.tensorflow.file;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.file.GraphFileException;
import org.grokfast.file.NearestName;
import org.grokfast.file.Quote;
import org.grokfast.tensorflow.file.InputReference.Kind;
import org.tensorflow.proto.NodeDef;

/** Checks the nodes of a graph or of a function's body: names, inputs, cycles and attributes. */
final class NodeListCheck {
  private final String where;
  private final List<NodeDef> nodes;
  private final Optional<Set<String>> arguments;
  private final Map<String, Integer> indices;

  /** The nodes of a graph. */
  NodeListCheck(String where, List<NodeDef> nodes) {
    this(where, nodes, Optional.empty());
  }

  /** The nodes of the body of a function with arguments. */
  NodeListCheck(String where, List<NodeDef> nodes, Set<String> arguments) {
    this(where, nodes, Optional.of(arguments));
  }

  private NodeListCheck(String where, List<NodeDef> nodes, Optional<Set<String>> arguments) {
    this.where = where;
    this.nodes = nodes;
    this.arguments = arguments;
    this.indices = new HashMap<>(nodes.size() * 4 / 3 + 1);
  }

  void check() {
    for (int i = 0; i < nodes.size(); i++) {
      checkNode(i);
    }
    Edges edges = new Edges(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      checkInputs(i, edges);
    }
    edges
        .cycle()
        .ifPresent(
            cycle -> {
              List<String> names = cycle.stream().map(i -> nodes.get(i).getName()).toList();
              throw new GraphFileException(
                  where
                      + ": the graph has a cycle that is no while loop: "
                      + Quote.path(names)
                      + ". Only a NextIteration may lead back, to a Merge.");
            });
  }

  boolean hasNode(String name) {
    return indices.containsKey(name);
  }

  /** Checks what a function returns, in the form that its nodes' inputs have. */
  void checkReference(String field, String text) {
    InputReference reference = parse(field, text);
    if (reference.kind() == Kind.CONTROL) {
      throw new GraphFileException(
          where + ": " + field + " is a control input, " + Quote.name(text) + ".");
    }
    resolve(field, reference);
  }

  private void checkNode(int index) {
    NodeDef node = nodes.get(index);
    String name = node.getName();
    if (!NodeName.isWellFormed(name)) {
      throw new GraphFileException(
          where
              + ": node number "
              + index
              + " (op "
              + Quote.name(node.getOp())
              + ") has the "
              + (name.isEmpty() ? "empty name" : "ill-formed name " + Quote.name(name))
              + ". Names are letters, digits and _.\\/>- and begin with a letter, digit, dot or"
              + " underscore.");
    }
    Integer other = indices.putIfAbsent(name, index);
    if (other != null) {
      throw new GraphFileException(
          where
              + ": nodes number "
              + other
              + " and "
              + index
              + " are both named "
              + Quote.name(name)
              + ". Names must be unique.");
    }
    if (node.getOp().isEmpty()) {
      throw new GraphFileException(where(node) + ": has no op. Write the graph again.");
    }
    AttributeCheck.fault(node.getAttrMap())
        .ifPresent(
            fault -> {
              throw new GraphFileException(where(node) + ", " + fault + ". Write the graph again.");
            });
  }

  private void checkInputs(int index, Edges edges) {
    NodeDef node = nodes.get(index);
    boolean merges = node.getOp().equals("Merge") || node.getOp().equals("RefMerge");
    boolean controlSeen = false;
    for (int i = 0; i < node.getInputCount(); i++) {
      String text = node.getInput(i);
      InputReference reference = parse(node, i, text);
      boolean control = reference.kind() == Kind.CONTROL;
      if (controlSeen && !control) {
        throw new GraphFileException(
            where(node)
                + ", input "
                + i
                + ": "
                + Quote.name(text)
                + " follows a control input. Control inputs come last.");
      }
      controlSeen |= control;
      Integer from = resolve(node, i, reference);
      if (from != null && !(merges && !control && isNextIteration(nodes.get(from)))) {
        edges.add(from, index);
      }
    }
  }

  // The text of a field is only put together where it is needed: there are millions of inputs.
  private InputReference parse(NodeDef node, int input, String text) {
    Optional<InputReference> reference = read(text);
    return reference.isPresent() ? reference.get() : parse(field(node, input), text);
  }

  private InputReference parse(String field, String text) {
    return read(text)
        .orElseThrow(
            () ->
                new GraphFileException(
                    where
                        + ": "
                        + field
                        + ": "
                        + Quote.name(text)
                        + " is ill-formed. Expected "
                        + (arguments.isPresent()
                            ? "argument, node:output:0 or ^node."
                            : "node, node:1 or ^node.")));
  }

  private Optional<InputReference> read(String text) {
    return arguments.isPresent() ? InputReference.inFunction(text) : InputReference.inGraph(text);
  }

  /** The index of the node that is referred to; null for an argument. */
  private Integer resolve(NodeDef node, int input, InputReference reference) {
    Integer found = indices.get(reference.node());
    boolean plain = found != null && (arguments.isEmpty() || reference.kind() != Kind.PLAIN);
    return plain ? found : resolve(field(node, input), reference);
  }

  private Integer resolve(String field, InputReference reference) {
    boolean isArgument =
        reference.kind() != Kind.OUTPUT
            && arguments.isPresent()
            && arguments.get().contains(reference.node());
    Integer found = indices.get(reference.node());
    if (isArgument) {
      return reference.kind() == Kind.CONTROL ? found : null;
    }
    if (found != null && (arguments.isEmpty() || reference.kind() != Kind.PLAIN)) {
      return found;
    }
    if (found != null) {
      throw new GraphFileException(
          where
              + ": "
              + field
              + ": node "
              + Quote.name(reference.node())
              + " is referred to without an output. Expected node:output:0.");
    }
    Stream<String> names =
        Stream.concat(
            nodes.stream().map(NodeDef::getName), arguments.stream().flatMap(Set::stream));
    throw new GraphFileException(
        where
            + ": "
            + field
            + ": there is no node "
            + (arguments.isPresent() ? "or argument " : "")
            + Quote.name(reference.node())
            + "."
            + NearestName.of(reference.node(), names)
                .map(name -> " The nearest name is " + Quote.name(name) + ".")
                .orElse(" Was a part of the graph cut away?"));
  }

  private static boolean isNextIteration(NodeDef node) {
    return node.getOp().equals("NextIteration") || node.getOp().equals("RefNextIteration");
  }

  private String where(NodeDef node) {
    return where + ": node " + Quote.name(node.getName());
  }

  private static String field(NodeDef node, int input) {
    return "node " + Quote.name(node.getName()) + ", input " + input;
  }
}
