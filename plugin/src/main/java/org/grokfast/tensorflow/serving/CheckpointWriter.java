package org.grokfast.tensorflow.serving;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.Save;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TString;

/** The values that variables of both families have in a session. */
final class CheckpointWriter {
  private final Session session;
  private final List<VariableNode> variables;

  CheckpointWriter(Session session, List<VariableNode> variables) {
    this.session = session;
    this.variables = variables;
  }

  /**
   * Writes the values as a checkpoint, from a graph of its own. To read a resource variable that
   * the session's graph nowhere reads plainly, a node is added to it.
   */
  void save(String prefix) {
    List<String> tensors = tensors();
    Session.Runner fetch = session.runner();
    tensors.forEach(fetch::fetch);
    try (Result values = fetch.run();
        Graph graph = new Graph();
        Session saver = new Session(graph);
        TString file = TString.scalarOf(prefix)) {
      Ops tf = Ops.create(graph);
      List<Operand<?>> inputs = new ArrayList<>();
      Session.Runner run = saver.runner();
      for (int i = 0; i < tensors.size(); i++) {
        Tensor value = values.get(i);
        Operand<?> input = tf.placeholder(session.graph().outputOrThrow(tensors.get(i)).type());
        inputs.add(input);
        run.feed(input.asOutput(), value);
      }
      var prefixInput = tf.placeholder(TString.class);
      String[] keys = variables.stream().map(VariableNode::name).toArray(String[]::new);
      var names = tf.constant(StdArrays.ndCopyOf(keys));
      Save save = tf.train.save(prefixInput, names, tf.zerosLike(names), inputs);
      run.feed(prefixInput, file).addTarget(save).run().close();
    }
  }

  /** The tensors that hold the values, in the order of the variables. */
  private List<String> tensors() {
    Map<String, String> reads = reads();
    List<String> tensors = new ArrayList<>();
    for (VariableNode variable : variables) {
      tensors.add(
          variable.kind() == VariableNode.Kind.REFERENCE
              ? variable.name()
              : reads.computeIfAbsent(variable.name(), name -> addRead(variable)));
    }
    return tensors;
  }

  /** By resource variable, a node that does nothing but read it. */
  private Map<String, String> reads() {
    Map<String, String> reads = new HashMap<>();
    for (NodeDef node : session.graph().toGraphDef().getNodeList()) {
      if (node.getOp().equals("ReadVariableOp") && node.getInputCount() == 1) {
        reads.putIfAbsent(TensorName.nodeOf(node.getInput(0)), node.getName());
      }
    }
    return reads;
  }

  private String addRead(VariableNode variable) {
    Graph graph = session.graph();
    String name = variable.name() + "/ReadForExport";
    if (graph.operation(name) == null) {
      Operation handle = graph.operation(variable.name());
      graph
          .opBuilder("ReadVariableOp", name, Ops.create(graph).scope())
          .addInput(handle.output(0))
          .setAttr("dtype", variable.dtype())
          .build();
    }
    return name;
  }
}
