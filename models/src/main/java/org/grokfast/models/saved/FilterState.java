package org.grokfast.models.saved;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.MergeV2Checkpoints;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TString;

/** Saves the state of filters beside what a graph's own saver saves, into one checkpoint. */
final class FilterState {
  private final Placeholder<TString> file;
  private final Placeholder<TString> parts;
  private final Placeholder<TString> whole;
  private final Op save;
  private final Op merge;

  /** Adds the ops for it to a graph. */
  FilterState(Graph graph, List<String> variables) {
    Ops tf = Ops.create(graph).withSubScope("filter_state");
    file = tf.placeholder(TString.class);
    parts = tf.placeholder(TString.class);
    whole = tf.placeholder(TString.class);
    Map<String, DataType> resources = new HashMap<>();
    for (NodeDef node : graph.toGraphDef().getNodeList()) {
      if (node.getOp().equals("VarHandleOp")) {
        resources.put(node.getName(), node.getAttrOrThrow("dtype").getType());
      }
    }
    List<Operand<?>> values = new ArrayList<>();
    for (String name : variables) {
      Output<?> variable = graph.operationOrThrow(name).output(0);
      values.add(resources.containsKey(name) ? read(tf, variable, resources.get(name)) : variable);
    }
    String[] names = variables.toArray(new String[0]);
    String[] slices = new String[names.length];
    Arrays.fill(slices, "");
    save = tf.train.save(file, tf.array(names), tf.array(slices), values);
    merge = tf.train.mergeV2Checkpoints(parts, whole, MergeV2Checkpoints.deleteOldDirs(false));
  }

  /** The value of a resource variable, of which the handle doesn't say the type. */
  private static Output<?> read(Ops tf, Output<?> handle, DataType type) {
    return tf.scope()
        .env()
        .opBuilder("ReadVariableOp", tf.scope().makeOpName("ReadVariableOp"), tf.scope())
        .addInput(handle)
        .setAttr("dtype", type)
        .build()
        .output(0);
  }

  /** Writes a checkpoint with both. */
  void saveBeside(Session session, Path prefix) {
    String own = prefix + "-graph";
    String filter = prefix + "-filter";
    session.save(own);
    try (TString to = TString.scalarOf(filter);
        TString both = TString.vectorOf(own, filter);
        TString target = TString.scalarOf(prefix.toString())) {
      session.runner().feed(file, to).addTarget(save).run().close();
      session.runner().feed(parts, both).feed(whole, target).addTarget(merge).run().close();
    }
  }
}
