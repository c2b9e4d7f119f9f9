package org.grokfast.tensorflow.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.graph.VariableNode.Kind;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.saver.SaveForm;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TString;

/**
 * Restores a checkpoint into a graph with a filter, with or without the filter's state. What the
 * checkpoint holds is read from its index first, as TensorFlow's restore op fails on the first name
 * that it lacks.
 */
final class CheckpointRestore {
  private static final String ROOT = Provenance.ROOT + "/older/";
  private static final System.Logger LOG = System.getLogger("org.grokfast");

  private final Graph graph;
  private final Session session;
  private final GraphIndex index;
  private final List<VariableNode> state = new ArrayList<>();
  private final List<VariableNode> others = new ArrayList<>();

  CheckpointRestore(Graph graph, Session session) {
    this.graph = graph;
    this.session = session;
    this.index = new GraphIndex(GraphParts.of(graph.toGraphDef()));
    for (int id = 0; id < index.size(); id++) {
      List<VariableNode> list = Provenance.isInserted(index.node(id)) ? state : others;
      VariableNode.at(index, id).ifPresent(list::add);
    }
  }

  RestoredCheckpoint restore(String prefix) {
    Set<String> stored = new TreeSet<>(CheckpointIndex.read(Path.of(prefix)).tensors().keySet());
    List<String> missing =
        state.stream().map(VariableNode::name).filter(name -> !stored.contains(name)).toList();
    boolean none = missing.size() == state.size();
    if (hasForeignSaver()) {
      session.restore(prefix);
      if (missing.isEmpty()) {
        run(prefix, state);
      } else {
        startAfresh();
      }
    } else if (missing.isEmpty() || (none && FrameworkSaver.isOurs(index))) {
      session.restore(prefix);
    } else {
      requireStored(stored, prefix);
      // Otherwise the first step would run the initializers, over what was restored.
      session.initialize();
      run(prefix, others.stream().filter(CheckpointRestore::isReference).toList());
      startAfresh();
    }
    RestoredCheckpoint restored = new RestoredCheckpoint(prefix, missing.isEmpty(), missing);
    if (!restored.filterContinues()) {
      LOG.log(System.Logger.Level.WARNING, restored.text());
    }
    return restored;
  }

  private static boolean isReference(VariableNode variable) {
    return variable.kind() == Kind.REFERENCE;
  }

  /** Whether the graph has a saver that doesn't know the filter's state. */
  private boolean hasForeignSaver() {
    if (FrameworkSaver.isOurs(index) || !FrameworkSaver.isIn(index)) {
      return false;
    }
    return index.nodes().stream()
        .filter(node -> SaveForm.of(node.getOp()).isPresent())
        .noneMatch(this::savesState);
  }

  private boolean savesState(NodeDef save) {
    return save.getInputList().stream()
        .map(TensorName::nodeOf)
        .anyMatch(name -> index.has(name) && Provenance.isInserted(index.node(index.id(name))));
  }

  private void requireStored(Set<String> stored, String prefix) {
    List<String> lacking =
        others.stream()
            .filter(CheckpointRestore::isReference)
            .map(VariableNode::name)
            .filter(name -> !stored.contains(name))
            .toList();
    if (!lacking.isEmpty()) {
      throw new GraphRewriteException(
          "checkpoint '"
              + prefix
              + "' lacks variable '"
              + lacking.get(0)
              + "'"
              + (lacking.size() > 1 ? " and " + (lacking.size() - 1) + " more" : "")
              + ", which the graph had before it was wrapped; give a checkpoint of this graph");
    }
    if (others.stream().noneMatch(CheckpointRestore::isReference)) {
      throw new GraphRewriteException(
          "the graph has resource variables alone and no saver, and TensorFlow Java's knows none of"
              + " them; export a SavedModel from Python, which brings its own");
    }
  }

  /** Sets all state of filters to its initial value. */
  private void startAfresh() {
    Session.Runner runner = session.runner();
    state.forEach(variable -> runner.addTarget(variable.name() + "/Assign"));
    runner.run().close();
  }

  /** Restores some variables by ops of its own. */
  private void run(String prefix, List<VariableNode> variables) {
    NodeEmitter nodes = new NodeEmitter(new NameAllocator(new TakenNames(index)));
    Out file =
        nodes
            .node(ROOT + "filename", "Placeholder")
            .attr("dtype", Attrs.type(DataType.DT_STRING))
            .attr("shape", Attrs.shape(List.of()))
            .emit(DataType.DT_STRING);
    List<DataType> types = variables.stream().map(VariableNode::dtype).toList();
    String restored =
        nodes
            .node(ROOT + "RestoreV2", "RestoreV2")
            .input(
                file,
                strings(nodes, "names", variables.stream().map(VariableNode::name).toList()),
                strings(nodes, "slices", variables.stream().map(variable -> "").toList()))
            .attr("dtypes", Attrs.types(types))
            .emit(types.get(0))
            .tensor();
    List<String> assigned = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      Out value = new Out(TensorName.input(restored, i), types.get(i));
      VariableNode variable = variables.get(i);
      assigned.add(Assignment.emit(nodes, ROOT + variable.name(), variable, value));
    }
    new NodeReplay(graph).replay(nodes.nodes(), Set.of());
    try (TString path = TString.scalarOf(prefix)) {
      Session.Runner runner = session.runner().feed(file.tensor(), path);
      assigned.forEach(runner::addTarget);
      runner.run().close();
    }
  }

  private static Out strings(NodeEmitter nodes, String name, List<String> values) {
    return nodes
        .node(ROOT + name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringVector(values))
        .emit(DataType.DT_STRING);
  }
}
