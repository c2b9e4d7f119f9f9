package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.graph.NameAllocator;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.graph.VariableNode.Kind;
import org.grokfast.tensorflow.proof.Values;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * All variables of a live graph as they were when this was made: their values are set back when it
 * is closed. The nodes that set them are added once to a graph, below {@code grokfast/proof/}.
 */
final class SessionVariables implements AutoCloseable {
  private static final String ROOT = Provenance.ROOT + "/proof/";

  private final Session session;
  private final Map<String, Access> accesses = new LinkedHashMap<>();
  private final Map<String, Tensor> before = new LinkedHashMap<>();

  /** The tensor with a value, the placeholder of a new one and the node that sets it. */
  private record Access(String read, String value, String assign) {}

  /** Reads all variables that have a value. */
  SessionVariables(Graph graph, GraphIndex index, Session session) {
    this.session = session;
    NodeEmitter nodes = new NodeEmitter(new NameAllocator(new TakenNames(index)));
    for (int id = 0; id < index.size(); id++) {
      VariableNode.at(index, id)
          .ifPresent(variable -> accesses.put(variable.name(), access(index, nodes, variable)));
    }
    new NodeReplay(graph).replay(nodes.nodes(), Set.of());
    try {
      read(new ArrayList<>(accesses.keySet()));
    } catch (RuntimeException e) {
      before.values().forEach(Tensor::close);
      throw e;
    }
  }

  private static Access access(GraphIndex index, NodeEmitter nodes, VariableNode variable) {
    String path = ROOT + variable.name();
    boolean reference = variable.kind() == Kind.REFERENCE;
    Access access =
        new Access(
            reference ? variable.nodeName() : path + "/read", path + "/value", path + "/assign");
    if (index.has(access.assign())) {
      return access;
    }
    if (!reference) {
      nodes
          .node(access.read(), "ReadVariableOp")
          .input(new Out(variable.nodeName(), variable.dtype()))
          .attr("dtype", Attrs.type(variable.dtype()))
          .emit(variable.dtype());
    }
    Out value =
        nodes
            .node(access.value(), "Placeholder")
            .attr("dtype", Attrs.type(variable.dtype()))
            .emit(variable.dtype());
    Assignment.emit(nodes, access.assign(), variable, value);
    return access;
  }

  /** One without a value fails the reading of all; half and half find it. */
  private void read(List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    names.forEach(name -> runner.fetch(accesses.get(name).read()));
    try (Result result = runner.run()) {
      for (int i = 0; i < names.size(); i++) {
        before.put(names.get(i), Values.copy(result.get(i)));
      }
    } catch (TensorFlowException e) {
      if (names.size() > 1) {
        read(names.subList(0, names.size() / 2));
        read(names.subList(names.size() / 2, names.size()));
      }
    }
  }

  /** The value that a variable had; null for none. */
  Tensor value(String variable) {
    return before.get(variable);
  }

  /** Gives one variable a value. */
  void set(String variable, Tensor value) {
    Access access = accesses.get(variable);
    session.runner().feed(access.value(), value).addTarget(access.assign()).run().close();
  }

  /** Gives all variables the values that they had, bit for bit. */
  void restore() {
    if (before.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    before.forEach(
        (name, value) -> {
          Access access = accesses.get(name);
          runner.feed(access.value(), value).addTarget(access.assign());
        });
    runner.run().close();
  }

  @Override
  public void close() {
    try {
      restore();
    } finally {
      before.values().forEach(Tensor::close);
    }
  }
}
