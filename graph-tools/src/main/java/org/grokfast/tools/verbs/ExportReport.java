package org.grokfast.tools.verbs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.tensorflow.inspect.TypeNames;
import org.grokfast.tensorflow.inspect.Variable;
import org.grokfast.tools.console.TextPage;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.Signature.TensorDescription;
import org.tensorflow.proto.GraphDef;

/**
 * What an exported model holds, as loading it shows.
 *
 * @param output its folder
 * @param nodes the number of its nodes
 * @param variables the number of its variables
 * @param signatures how it is called
 * @param notes what the user should know
 */
record ExportReport(
    Path output, int nodes, long variables, List<Signature> signatures, List<String> notes) {
  private static final int JSON_VERSION = 1;

  /** Loads an exported model. */
  static ExportReport of(Path output, List<String> notes) {
    try (SavedModelBundle bundle = SavedModelBundle.load(output.toString())) {
      GraphDef graph = bundle.metaGraphDef().getGraphDef();
      long variables =
          graph.getNodeList().stream().filter(node -> Variable.of(node).isPresent()).count();
      return new ExportReport(
          output, graph.getNodeCount(), variables, List.copyOf(bundle.signatures()), notes);
    }
  }

  void print(TextPage page) {
    page.heading(
        String.format("%,d nodes, %,d variable%s", nodes, variables, variables == 1 ? "" : "s"));
    for (Signature signature : signatures) {
      page.field(2, "signature", signature.key());
      sorted(signature.getInputs()).forEach((name, t) -> page.field(4, "input", text(name, t)));
      sorted(signature.getOutputs()).forEach((name, t) -> page.field(4, "output", text(name, t)));
    }
    notes.forEach(note -> page.field(2, "note", note));
    page.field(2, "written", output.toString());
    page.flush();
  }

  Map<String, Object> toMap(String source) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.put("source", source);
    root.put("output", output.toString());
    root.put("nodes", nodes);
    root.put("variables", variables);
    List<Object> all = new ArrayList<>();
    for (Signature signature : signatures) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("key", signature.key());
      entry.put("inputs", tensors(signature.getInputs()));
      entry.put("outputs", tensors(signature.getOutputs()));
      all.add(entry);
    }
    root.put("signatures", all);
    root.put("notes", notes);
    return root;
  }

  private static List<Object> tensors(Map<String, TensorDescription> tensors) {
    List<Object> list = new ArrayList<>();
    sorted(tensors)
        .forEach(
            (name, tensor) -> {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("name", name);
              entry.put("tensor", tensor.name);
              entry.put("dtype", TypeNames.of(tensor.dataType));
              entry.put("shape", tensor.shape.toString());
              list.add(entry);
            });
    return list;
  }

  private static <T> Map<String, T> sorted(Map<String, T> map) {
    return new TreeMap<>(map);
  }

  private static String text(String name, TensorDescription tensor) {
    return name + " = " + tensor.name + " " + TypeNames.of(tensor.dataType) + " " + tensor.shape;
  }
}
