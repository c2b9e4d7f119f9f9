package org.grokfast.tools.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.tensorflow.inspect.TypeNames;
import org.grokfast.tensorflow.inspect.Variable;
import org.grokfast.tools.console.TextPage;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature.TensorDescription;
import org.tensorflow.proto.GraphDef;

/**
 * What an exported model holds, as loading it shows.
 *
 * @param nodes the number of its nodes
 * @param variables the number of its variables
 * @param signatures how it is called
 * @param notes what the user should know
 */
public record ExportReport(int nodes, long variables, List<Called> signatures, List<String> notes) {
  private static final int JSON_VERSION = 1;

  /** Makes the lists immutable. */
  public ExportReport {
    signatures = List.copyOf(signatures);
    notes = List.copyOf(notes);
  }

  /**
   * A signature.
   *
   * @param key its name
   * @param inputs its inputs, by name
   * @param outputs its outputs, by name
   */
  public record Called(String key, List<Named> inputs, List<Named> outputs) {
    /** Makes the lists immutable. */
    public Called {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * A tensor of a signature.
   *
   * @param name what the signature calls it
   * @param tensor its name in the graph
   * @param dtype the type of its elements
   * @param shape its dimensions
   */
  public record Named(String name, String tensor, String dtype, String shape) {}

  /** The same with one more note. */
  ExportReport with(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new ExportReport(nodes, variables, signatures, more);
  }

  /** Loads an exported model. */
  static ExportReport of(Path output, List<String> notes) {
    try (SavedModelBundle bundle = SavedModelBundle.load(output.toString(), "serve")) {
      GraphDef graph = bundle.metaGraphDef().getGraphDef();
      long variables =
          graph.getNodeList().stream().filter(node -> Variable.of(node).isPresent()).count();
      List<Called> signatures =
          bundle.signatures().stream()
              .map(
                  each -> new Called(each.key(), named(each.getInputs()), named(each.getOutputs())))
              .toList();
      return new ExportReport(graph.getNodeCount(), variables, signatures, notes);
    }
  }

  private static List<Named> named(Map<String, TensorDescription> tensors) {
    List<Named> named = new ArrayList<>();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) ->
                named.add(
                    new Named(
                        name,
                        tensor.name,
                        TypeNames.of(tensor.dataType),
                        tensor.shape.toString())));
    return named;
  }

  /**
   * For people.
   *
   * @param output where the model is
   */
  public void print(Path output, TextPage page) {
    page.heading(
        String.format(
            Locale.ROOT, "%,d nodes, %,d variable%s", nodes, variables, variables == 1 ? "" : "s"));
    for (Called signature : signatures) {
      page.field(2, "signature", signature.key());
      signature.inputs().forEach(tensor -> page.field(4, "input", text(tensor)));
      signature.outputs().forEach(tensor -> page.field(4, "output", text(tensor)));
    }
    notes.forEach(note -> page.field(2, "note", note));
    page.field(2, "written", output.toString());
    page.flush();
  }

  /**
   * For programs.
   *
   * @param source what was exported
   * @param output where the model is
   */
  public Map<String, Object> toMap(String source, Path output) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.put("source", source);
    root.put("output", output.toString());
    root.put("nodes", nodes);
    root.put("variables", variables);
    List<Object> all = new ArrayList<>();
    for (Called signature : signatures) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("key", signature.key());
      entry.put("inputs", tensors(signature.inputs()));
      entry.put("outputs", tensors(signature.outputs()));
      all.add(entry);
    }
    root.put("signatures", all);
    root.put("notes", notes);
    return root;
  }

  private static List<Object> tensors(List<Named> tensors) {
    List<Object> list = new ArrayList<>();
    for (Named tensor : tensors) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", tensor.name());
      entry.put("tensor", tensor.tensor());
      entry.put("dtype", tensor.dtype());
      entry.put("shape", tensor.shape());
      list.add(entry);
    }
    return list;
  }

  private static String text(Named tensor) {
    return tensor.name() + " = " + tensor.tensor() + " " + tensor.dtype() + " " + tensor.shape();
  }
}
