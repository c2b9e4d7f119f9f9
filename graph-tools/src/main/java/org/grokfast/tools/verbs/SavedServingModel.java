package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.grokfast.tensorflow.file.SavedModelFile;
import org.grokfast.tensorflow.format.TensorFlowFile;
import org.grokfast.tensorflow.serving.InferenceGraph;
import org.grokfast.tensorflow.serving.InferencePart;
import org.grokfast.tools.console.Folders;
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
  private final Optional<Path> copy;
  private final List<String> notes = new ArrayList<>();
  private List<Signature> signatures = List.of();

  private SavedServingModel(SavedModelBundle bundle, Optional<Path> copy) {
    this.bundle = bundle;
    this.copy = copy;
  }

  /**
   * Loads a SavedModel. A rewritten one is stripped first, since the values of a model that was
   * rewritten as a file do not hold the filter's state, which its loader would ask for.
   *
   * @throws GraphFileException if the file is no folder of a SavedModel
   */
  static SavedServingModel load(ModelFile file) throws IOException {
    if (file instanceof TensorFlowFile graph
        && graph.file() instanceof SavedModelFile model
        && file.isFolder()) {
      return load(model);
    }
    throw new GraphFileException(
        file.source()
            + ": "
            + file.described()
            + " holds no values of variables. Give a SavedModel folder or a run's folder; 'grokfast"
            + " strip --inference' cuts a graph without values.");
  }

  private static SavedServingModel load(SavedModelFile file) throws IOException {
    Path folder = file.origin().folder().orElseThrow();
    Optional<Path> copy = stripped(file);
    String[] tags =
        new TreeSet<>(file.metaGraph().orElseThrow().getMetaInfoDef().getTagsList())
            .toArray(new String[0]);
    try {
      SavedModelBundle bundle = SavedModelBundle.load(copy.orElse(folder).toString(), tags);
      return new SavedServingModel(bundle, copy);
    } catch (RuntimeException e) {
      copy.map(Path::getParent).ifPresent(Folders::delete);
      throw e;
    }
  }

  private static Optional<Path> stripped(SavedModelFile file) throws IOException {
    if (!FilterStripper.isRewritten(file.graph())) {
      return Optional.empty();
    }
    GraphDef graph;
    try {
      graph = FilterStripper.apply(file.graph());
    } catch (GraphRewriteException e) {
      // A graph that was wrapped before it was saved: its values hold the state.
      return Optional.empty();
    }
    Path work = Files.createTempDirectory("grokfast-export-");
    try {
      GraphFileWriter.write(file.withGraph(graph), work.resolve("model"), Overwrite.REFUSE);
    } catch (RuntimeException e) {
      Folders.delete(work);
      throw e;
    }
    return Optional.of(work.resolve("model"));
  }

  /** Calls the model by the signatures that it has, where they do not train. */
  SavedServingModel withOwnSignatures() {
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
  SavedServingModel withSignature(
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
    copy.map(Path::getParent).ifPresent(Folders::delete);
  }
}
