package org.grokfast.tools.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.serving.InferenceGraph;
import org.grokfast.tensorflow.serving.InferencePart;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.proto.GraphDef;

/** A training SavedModel with the values of its variables. */
final class SavedServingModel implements ServingModel {
  private static final String INIT_SIGNATURE = "__saved_model_init_op";

  private final SavedModelBundle bundle;
  private final List<String> notes = new ArrayList<>();
  private List<Signature> signatures = List.of();

  private SavedServingModel(SavedModelBundle bundle) {
    this.bundle = bundle;
  }

  /** Loads a SavedModel, and runs its initializer. */
  static SavedServingModel load(ExportRequest request) {
    SavedServingModel model =
        new SavedServingModel(
            SavedModelBundle.load(request.input(), request.tags().toArray(new String[0])));
    try {
      return request.outputs().isEmpty()
          ? model.withOwnSignatures()
          : model.withSignature(request.signature(), request.inputs(), request.outputs());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Calls the model by the signatures that it has, where they do not train. */
  private SavedServingModel withOwnSignatures() {
    GraphDef graph = bundle.graph().toGraphDef();
    List<Signature> found = new ArrayList<>();
    for (Signature signature : bundle.signatures()) {
      if (signature.key().equals(INIT_SIGNATURE) || signature.getOutputs().isEmpty()) {
        continue;
      }
      try {
        GraphDef pruned =
            InferenceGraph.prune(
                graph,
                signature.getOutputs().values().stream().map(tensor -> tensor.name).toList());
        Optional<String> writer = InferenceGraph.writer(pruned);
        if (writer.isPresent()) {
          notes.add(InferencePart.leftOut(signature.key(), writer.get()));
        } else {
          found.add(signature);
        }
      } catch (GraphRewriteException e) {
        notes.add("signature '" + signature.key() + "' is left out: " + e.getMessage());
      }
    }
    if (found.isEmpty()) {
      throw new NothingToRewriteException(
          "no signature is for inference"
              + (notes.isEmpty() ? "" : " (" + String.join("; ", notes) + ")")
              + "; name the tensors with --inputs and --outputs");
    }
    signatures = List.copyOf(found);
    return this;
  }

  /** Calls the model by given tensors. */
  private SavedServingModel withSignature(
      String key, Map<String, String> inputs, Map<String, String> outputs) {
    Signature.Builder signature = Signature.builder(key);
    inputs.forEach((name, tensor) -> signature.input(name, output("--inputs", tensor)));
    outputs.forEach((name, tensor) -> signature.output(name, output("--outputs", tensor)));
    signatures = List.of(signature.build());
    return this;
  }

  private Output<?> output(String option, String tensor) {
    Graph graph = bundle.graph();
    try {
      return graph.outputOrThrow(tensor);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new GraphRewriteException(
          option + ": the graph has no tensor '" + tensor + "'; 'grokfast inspect' lists names", e);
    }
  }

  @Override
  public Session session() {
    return bundle.session();
  }

  @Override
  public List<Signature> signatures() {
    return signatures;
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() {
    bundle.close();
  }
}
