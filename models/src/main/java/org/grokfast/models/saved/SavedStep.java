package org.grokfast.models.saved;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.grokfast.Grokfast;
import org.grokfast.filter.GradientFilter;
import org.grokfast.models.SessionConfig;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.OwnStep;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.live.RestoredCheckpoint;
import org.grokfast.tensorflow.live.SignatureTrainOp;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.types.TFloat32;

/** A SavedModel with the filter put in front of its optimizer. */
final class SavedStep implements OwnStep {
  private final SavedModelBundle bundle;
  private final Operation update;
  private final TaskGraph outputs;
  private final Map<String, String> probes;
  private final Optional<FilterState> state;
  private final Optional<WrappedGraph> wrapped;

  private SavedStep(
      SavedModelBundle bundle,
      Path folder,
      MetaGraphDef meta,
      Signatures signatures,
      Optional<GradientFilter> filter) {
    this.bundle = bundle;
    long parameters = parameters(bundle.graph());
    Operation original = SignatureTrainOp.of(bundle, signatures.train());
    requireNoUpdate(signatures.validate());
    wrapped = filter.map(each -> Grokfast.wrap(bundle, signatures.train(), each));
    update = wrapped.map(WrappedGraph::trainOp).orElse(original);
    probes = wrapped.map(WrappedGraph::probeTensors).orElse(Map.of());
    state =
        wrapped
            .map(WrappedGraph::stateVariables)
            .filter(names -> !names.isEmpty())
            .map(names -> new FilterState(bundle.graph(), names));
    Operand<TFloat32> validationLoss =
        tensor(SavedSignature.output(folder, meta, signatures.validate(), signatures.loss()));
    String loss = SavedSignature.output(folder, meta, signatures.train(), signatures.loss());
    outputs =
        new TaskGraph(
            ofStep(loss, original),
            validationLoss,
            signatures
                .accuracy()
                .map(name -> SavedSignature.output(folder, meta, signatures.validate(), name))
                .map(this::tensor),
            signatures
                .accuracy()
                .map(name -> SavedSignature.output(folder, meta, signatures.train(), name))
                .map(name -> ofStep(name, original)),
            validationLoss,
            parameters,
            Map.of(),
            Map.of());
  }

  static SavedStep load(
      Path folder,
      MetaGraphDef meta,
      Signatures signatures,
      Optional<GradientFilter> filter,
      int threads) {
    SavedModelBundle bundle =
        SavedModelBundle.loader(folder.toString())
            .withTags(meta.getMetaInfoDef().getTagsList().toArray(new String[0]))
            .withConfigProto(SessionConfig.oneByOne(threads))
            .load();
    try {
      return new SavedStep(bundle, folder, meta, signatures, filter);
    } catch (RuntimeException e) {
      bundle.close();
      throw e;
    }
  }

  /** What is read for validation must not train on it. */
  private void requireNoUpdate(String signature) {
    try {
      SignatureTrainOp.of(bundle, signature);
    } catch (NothingToRewriteException expected) {
      return;
    }
    throw new TrainingException(
        "signature '"
            + signature
            + "' makes updates; validation needs one that doesn't, or it would train on its data");
  }

  /** How many numbers the optimizer updates. */
  private static long parameters(Graph graph) {
    Map<String, Long> elements = new HashMap<>();
    for (Finding finding : UpdateSites.find(graph.toGraphDef())) {
      if (finding instanceof UpdateSite site) {
        elements.put(site.variable().name(), site.variable().elements());
      }
    }
    return elements.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * An output of the train signature, of the step that is run: the same output of another op, once
   * there is a filter.
   */
  private Operand<TFloat32> ofStep(String name, Operation original) {
    Output<TFloat32> tensor = tensor(name);
    return tensor.op().equals(original) ? update.<TFloat32>output(tensor.index()) : tensor;
  }

  @SuppressWarnings("unchecked") // the signature was asked for its type
  private Output<TFloat32> tensor(String name) {
    return (Output<TFloat32>) bundle.graph().outputOrThrow(name);
  }

  @Override
  public Session session() {
    return bundle.session();
  }

  /** The saver of a SavedModel knows its own variables alone. */
  @Override
  public void save(Path prefix) {
    if (state.isPresent()) {
      state.get().saveBeside(session(), prefix);
    } else {
      session().save(prefix.toString());
    }
  }

  @Override
  public void restore(Path prefix) {
    if (state.isEmpty()) {
      session().initialize();
      session().restore(prefix.toString());
      return;
    }
    RestoredCheckpoint restored = wrapped.orElseThrow().restore(session(), prefix.toString());
    if (!restored.filterContinues()) {
      throw new TrainingException(restored.text());
    }
  }

  @Override
  public Operation update() {
    return update;
  }

  @Override
  public TaskGraph outputs() {
    return outputs;
  }

  @Override
  public Map<String, String> probes() {
    return probes;
  }

  @Override
  public void close() {
    bundle.close();
  }
}
