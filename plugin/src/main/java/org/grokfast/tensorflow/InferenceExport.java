package org.grokfast.tensorflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.grokfast.rewrite.GraphRewriteException;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.Save;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TString;

/**
 * Exports a SavedModel for serving from a session that trains: no optimizer, no gradient and no
 * node of a filter, and the variables' present values. The session and its graph are not changed.
 */
public final class InferenceExport {
  private InferenceExport() {}

  /**
   * Writes the SavedModel, as a whole or not at all.
   *
   * @param session the session that trains
   * @param directory the folder to make
   * @param signatures what the model is called by; inputs and outputs are tensors of the session's
   *     graph
   * @throws GraphRewriteException if the folder exists, an output needs a node that trains, or a
   *     variable is of a family that TensorFlow Java does not save
   * @throws IOException if the folder can't be written
   */
  public static void export(Session session, Path directory, List<Signature> signatures)
      throws IOException {
    if (Files.exists(directory)) {
      throw new GraphRewriteException(
          "'" + directory + "' exists; give a folder that does not, or remove it");
    }
    GraphDef pruned = InferenceGraph.prune(session.graph().toGraphDef(), tensors(signatures));
    List<String> variables = variables(pruned);
    Path parent = directory.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path work = Files.createTempDirectory(parent, "." + directory.getFileName() + ".grokfast-");
    try {
      String checkpoint = work.resolve("values").toString();
      save(session, variables, checkpoint);
      Path model = work.resolve("model");
      write(pruned, signatures, variables.isEmpty() ? null : checkpoint, model);
      Files.move(model, directory, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(work);
    }
  }

  private static Set<String> tensors(List<Signature> signatures) {
    Set<String> names = new TreeSet<>();
    for (Signature signature : signatures) {
      signature.getOutputs().values().forEach(tensor -> names.add(tensor.name));
      signature.getInputs().values().forEach(tensor -> names.add(tensor.name));
    }
    return names;
  }

  private static List<String> variables(GraphDef graph) {
    List<String> names = new ArrayList<>();
    for (NodeDef node : graph.getNodeList()) {
      VariableNode variable = VariableNode.of(node).orElse(null);
      if (variable == null) {
        continue;
      }
      if (variable.kind() == VariableNode.Kind.RESOURCE) {
        throw new GraphRewriteException(
            "variable '"
                + variable.name()
                + "' is a resource variable, which TensorFlow Java's exporter does not save");
      }
      names.add(variable.name());
    }
    return names;
  }

  /** Writes the values of variables as a checkpoint, from a graph of its own. */
  private static void save(Session session, List<String> variables, String prefix) {
    if (variables.isEmpty()) {
      return;
    }
    Session.Runner fetch = session.runner();
    variables.forEach(fetch::fetch);
    try (Result values = fetch.run();
        Graph graph = new Graph();
        Session saver = new Session(graph);
        TString file = TString.scalarOf(prefix)) {
      Ops tf = Ops.create(graph);
      List<Operand<?>> tensors = new ArrayList<>();
      Session.Runner run = saver.runner();
      for (int i = 0; i < variables.size(); i++) {
        Tensor value = values.get(i);
        Operand<?> tensor = tf.placeholder(session.graph().outputOrThrow(variables.get(i)).type());
        tensors.add(tensor);
        run.feed(tensor.asOutput(), value);
      }
      var prefixInput = tf.placeholder(TString.class);
      var names = tf.constant(StdArrays.ndCopyOf(variables.toArray(new String[0])));
      Save save = tf.train.save(prefixInput, names, tf.zerosLike(names), tensors);
      run.feed(prefixInput, file).addTarget(save).run().close();
    }
  }

  private static void write(
      GraphDef pruned, List<Signature> signatures, String checkpoint, Path model)
      throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      graph.importGraphDef(pruned);
      if (checkpoint != null) {
        session.restore(checkpoint);
      }
      SavedModelBundle.Exporter exporter =
          SavedModelBundle.exporter(model.toString()).withSession(session);
      signatures.forEach(signature -> exporter.withSignature(rebound(graph, signature)));
      exporter.export();
    }
  }

  /** The signature on the tensors of another graph. */
  private static Signature rebound(Graph graph, Signature signature) {
    Signature.Builder builder =
        Signature.builder(signature.key()).methodName(signature.methodName());
    signature
        .getInputs()
        .forEach((name, tensor) -> builder.input(name, graph.outputOrThrow(tensor.name)));
    signature
        .getOutputs()
        .forEach((name, tensor) -> builder.output(name, graph.outputOrThrow(tensor.name)));
    return builder.build();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
