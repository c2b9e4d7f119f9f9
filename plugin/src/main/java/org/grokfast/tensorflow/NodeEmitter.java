package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.rewrite.NameAllocator;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Collects inserted nodes in an order in which each stands after what it takes. Outputs are spelled
 * as in the main graph; {@link #nodes} gives them as the place spells them that the nodes are for.
 */
final class NodeEmitter {
  private final NameAllocator names;
  private final boolean inFunction;
  private final List<NodeDef> nodes = new ArrayList<>();
  private final Set<String> initNodes = new LinkedHashSet<>();
  private boolean initializing;

  private NodeEmitter(NameAllocator names, boolean inFunction) {
    this.names = names;
    this.inFunction = inFunction;
  }

  /** An emitter of nodes for the main graph. */
  NodeEmitter(NameAllocator names) {
    this(names, false);
  }

  /** An emitter of nodes for a function's body. */
  static NodeEmitter forFunction(NameAllocator names) {
    return new NodeEmitter(names, true);
  }

  /**
   * The output of a node.
   *
   * @param tensor its name, as inputs spell it
   * @param type its type
   */
  record Out(String tensor, DataType type) {}

  /** Starts a node; its name may get a suffix. */
  Node node(String name, String op) {
    return new Node(NodeDef.newBuilder().setName(names.allocate(name)).setOp(op));
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

  List<NodeDef> nodes() {
    return inFunction ? notation().nodes() : Collections.unmodifiableList(nodes);
  }

  /** An output as a node of the same place that was not inserted takes it. */
  String input(Out out) {
    return inFunction ? notation().input(out.tensor()) : out.tensor();
  }

  private FunctionNotation notation() {
    return new FunctionNotation(nodes);
  }

  /** The names of the nodes that initialise state. */
  Set<String> initNodes() {
    return Collections.unmodifiableSet(initNodes);
  }

  /** A node under construction. */
  final class Node {
    private final NodeDef.Builder builder;

    private Node(NodeDef.Builder builder) {
      this.builder = builder;
    }

    /** The name that the node has got. */
    String name() {
      return builder.getName();
    }

    Node input(Out... inputs) {
      for (Out input : inputs) {
        builder.addInput(input.tensor());
      }
      return this;
    }

    Node input(String input) {
      builder.addInput(input);
      return this;
    }

    /** Control inputs; they must come after all others. */
    Node after(List<String> controls) {
      controls.forEach(control -> builder.addInput(TensorName.control(control)));
      return this;
    }

    Node attr(String name, AttrValue value) {
      builder.putAttr(name, value);
      return this;
    }

    Node attrs(Map<String, AttrValue> values) {
      builder.putAllAttr(values);
      return this;
    }

    /** Places the node where the variable is. A function does not know the variable's node. */
    Node with(VariableNode variable) {
      if (inFunction) {
        builder.setDevice(variable.node().getDevice());
        return this;
      }
      return attr("_class", Attrs.strings(List.of("loc:@" + variable.name())));
    }

    /** Adds the node and returns its first output. */
    Out emit(DataType type) {
      builder.putAttr(Provenance.PASS, Attrs.string(Provenance.pass()));
      NodeDef node = builder.build();
      nodes.add(node);
      if (initializing) {
        initNodes.add(node.getName());
      }
      return new Out(node.getName(), type);
    }
  }
}
