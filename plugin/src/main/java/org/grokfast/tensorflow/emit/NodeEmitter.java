package org.grokfast.tensorflow.emit;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.graph.NameAllocator;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.nodes.NodeBuffer;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Collects inserted nodes in an order in which each stands after what it takes. Outputs are spelled
 * as in the main graph; {@link #nodes} gives them as the place spells them that the nodes are for.
 */
public final class NodeEmitter {
  private final NameAllocator names;
  private final Optional<FunctionNotation> notation;
  private final NodeBuffer nodes = new NodeBuffer();
  private final Set<String> initNodes = new LinkedHashSet<>();
  private final String home;
  private boolean initializing;

  private NodeEmitter(NameAllocator names, Optional<FunctionNotation> notation, String home) {
    this.names = names;
    this.notation = notation;
    this.home = home;
  }

  /** An emitter of nodes for the main graph of one process. */
  public NodeEmitter(NameAllocator names) {
    this(names, "");
  }

  /**
   * An emitter of nodes for the main graph.
   *
   * @param home the task of a cluster for what is nobody's own, as part of a device's name; empty
   *     to leave it to TensorFlow
   */
  NodeEmitter(NameAllocator names, String home) {
    this(names, Optional.empty(), home);
  }

  /** An emitter of nodes for a function's body, with the same home. */
  NodeEmitter forFunction(NameAllocator own) {
    return new NodeEmitter(own, Optional.of(new FunctionNotation()), home);
  }

  /**
   * The output of a node.
   *
   * @param tensor its name, as inputs spell it
   * @param type its type
   */
  public record Out(String tensor, DataType type) {}

  /** Starts a node; its name may get a suffix. */
  public Node node(String name, String op) {
    return new Node(NodeDef.newBuilder().setName(names.allocate(name)).setOp(op));
  }

  /** Whether the graph is spread over the tasks of a cluster. */
  boolean isSpread() {
    return !home.isEmpty();
  }

  /** Takes a name for a node that is not emitted here. */
  String reserve(String name) {
    return names.allocate(name);
  }

  /** Runs {@code body}; the nodes that it emits belong to the initialisation of state. */
  void initializing(Runnable body) {
    initializing = true;
    try {
      body.run();
    } finally {
      initializing = false;
    }
  }

  /** The nodes so far. */
  public NodeList nodes() {
    return nodes.list();
  }

  /** An output as a node of the same place that was not inserted takes it. */
  public String input(Out out) {
    return notation.map(spelling -> spelling.input(out.tensor())).orElse(out.tensor());
  }

  /** The names of the nodes that initialise state. */
  Set<String> initNodes() {
    return Collections.unmodifiableSet(initNodes);
  }

  /** A node under construction. */
  public final class Node {
    private final NodeDef.Builder builder;

    private Node(NodeDef.Builder builder) {
      this.builder = builder;
    }

    /** The name that the node has got. */
    String name() {
      return builder.getName();
    }

    public Node input(Out... inputs) {
      for (Out input : inputs) {
        builder.addInput(input.tensor());
      }
      return this;
    }

    public Node input(String input) {
      builder.addInput(input);
      return this;
    }

    /** Control inputs; they must come after all others. */
    public Node after(List<String> controls) {
      controls.forEach(control -> builder.addInput(TensorName.control(control)));
      return this;
    }

    public Node attr(String name, AttrValue value) {
      builder.putAttr(name, value);
      return this;
    }

    Node attrs(Map<String, AttrValue> values) {
      builder.putAllAttr(values);
      return this;
    }

    /** Places the node where the variable is. A function does not know the variable's node. */
    public Node with(VariableNode variable) {
      if (notation.isPresent()) {
        builder.setDevice(variable.node().getDevice());
        return this;
      }
      return attr("_class", Attrs.strings(List.of("loc:@" + variable.name())));
    }

    /** Places a node that is of no variable in particular: at home, on whichever device there. */
    Node atHome() {
      builder.setDevice(home);
      return this;
    }

    /** Adds the node and returns its first output. */
    public Out emit(DataType type) {
      builder.putAttr(Provenance.PASS, Attrs.string(Provenance.pass()));
      NodeDef node = builder.build();
      nodes.add(notation.map(spelling -> spelling.translated(node)).orElse(node));
      if (initializing) {
        initNodes.add(node.getName());
      }
      return new Out(node.getName(), type);
    }
  }
}
