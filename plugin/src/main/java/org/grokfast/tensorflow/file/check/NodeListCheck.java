package org.grokfast.tensorflow.file.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grokfast.graph.Adjacency;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.NearestName;
import org.grokfast.io.Quote;
import org.grokfast.tensorflow.file.check.InputReference.Kind;
import org.grokfast.tensorflow.nodes.NameIndex;
import org.grokfast.tensorflow.nodes.NodeList;

/** Checks the nodes of a graph or of a function's body: names, inputs, cycles and attributes. */
public final class NodeListCheck {
  private static final int ARGUMENT = NameIndex.NONE;

  private final String where;
  private final NodeList nodes;
  private final Optional<Set<String>> arguments;
  private final NameIndex indices;

  /** The nodes of a graph. */
  public NodeListCheck(String where, NodeList nodes) {
    this(where, nodes, Optional.empty());
  }

  /** The nodes of the body of a function with arguments. */
  public NodeListCheck(String where, NodeList nodes, Set<String> arguments) {
    this(where, nodes, Optional.of(arguments));
  }

  private NodeListCheck(String where, NodeList nodes, Optional<Set<String>> arguments) {
    this.where = where;
    this.nodes = nodes;
    this.arguments = arguments;
    this.indices = new NameIndex(nodes);
  }

  public void check() {
    for (int i = 0; i < nodes.size(); i++) {
      checkNode(i);
    }
    Adjacency.Builder edges = new Adjacency.Builder(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      checkInputs(i, edges);
      edges.end();
    }
    Cycle.in(edges.build())
        .ifPresent(
            cycle -> {
              List<String> names = cycle.stream().map(nodes::name).toList();
              throw new GraphFileException(
                  where
                      + ": the graph has a cycle that is no while loop: "
                      + Quote.path(names)
                      + ". Only a NextIteration may lead back, to a Merge.");
            });
  }

  public boolean hasNode(String name) {
    return indices.find(name) != NameIndex.NONE;
  }

  /** Checks what a function returns, in the form that its nodes' inputs have. */
  public void checkReference(String field, String text) {
    InputReference reference = parse(field, text);
    if (reference.kind() == Kind.CONTROL) {
      throw new GraphFileException(
          where + ": " + field + " is a control input, " + Quote.name(text) + ".");
    }
    resolve(field, reference);
  }

  private void checkNode(int index) {
    String name = nodes.name(index);
    if (!NodeName.isWellFormed(name)) {
      throw new GraphFileException(
          where
              + ": node number "
              + index
              + " (op "
              + Quote.name(nodes.op(index))
              + ") has the "
              + (name.isEmpty() ? "empty name" : "ill-formed name " + Quote.name(name))
              + ". Names are letters, digits and _.\\/>- and begin with a letter, digit, dot or"
              + " underscore.");
    }
    int other = indices.add(index);
    if (other != NameIndex.NONE) {
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
    if (nodes.op(index).isEmpty()) {
      throw new GraphFileException(where(index) + ": has no op. Write the graph again.");
    }
    AttributeCheck.fault(nodes.get(index).getAttrMap())
        .ifPresent(
            fault -> {
              throw new GraphFileException(
                  where(index) + ", " + fault + ". Write the graph again.");
            });
  }

  private void checkInputs(int node, Adjacency.Builder edges) {
    boolean merges = nodes.op(node).equals("Merge") || nodes.op(node).equals("RefMerge");
    boolean controlSeen = false;
    List<String> inputs = nodes.inputs(node);
    for (int i = 0; i < inputs.size(); i++) {
      String text = inputs.get(i);
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
      int from = resolve(node, i, reference);
      if (from != ARGUMENT && !(merges && !control && isNextIteration(nodes.op(from)))) {
        edges.add(from);
      }
    }
  }

  // The text of a field is only put together where it is needed: there are millions of inputs.
  private InputReference parse(int node, int input, String text) {
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

  /** The index of the node that is referred to, or {@link #ARGUMENT}. */
  private int resolve(int node, int input, InputReference reference) {
    int found = indices.find(reference.node());
    boolean plain =
        found != NameIndex.NONE && (arguments.isEmpty() || reference.kind() != Kind.PLAIN);
    return plain ? found : resolve(field(node, input), reference);
  }

  private int resolve(String field, InputReference reference) {
    boolean isArgument =
        reference.kind() != Kind.OUTPUT
            && arguments.isPresent()
            && arguments.get().contains(reference.node());
    int found = indices.find(reference.node());
    if (isArgument) {
      return reference.kind() == Kind.CONTROL ? found : ARGUMENT;
    }
    if (found != NameIndex.NONE && (arguments.isEmpty() || reference.kind() != Kind.PLAIN)) {
      return found;
    }
    if (found != NameIndex.NONE) {
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
            IntStream.range(0, nodes.size()).mapToObj(nodes::name),
            arguments.stream().flatMap(Set::stream));
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

  private static boolean isNextIteration(String op) {
    return op.equals("NextIteration") || op.equals("RefNextIteration");
  }

  private String where(int node) {
    return where + ": node " + Quote.name(nodes.name(node));
  }

  private String field(int node, int input) {
    return "node " + Quote.name(nodes.name(node)) + ", input " + input;
  }
}
