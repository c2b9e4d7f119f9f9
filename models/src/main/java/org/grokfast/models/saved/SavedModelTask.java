package org.grokfast.models.saved;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.filter.GradientFilter;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.OwnStep;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.training.files.Digests;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A SavedModel as a task: a signature of it makes the updates, with the optimizer that is in the
 * graph, and another one validates. Runs of it have {@code OptimizerKind.OWN}. Extend it with the
 * data.
 */
public abstract class SavedModelTask implements Task {
  private static final int DIGEST_LENGTH = 16;

  private final Path folder;
  private final Signatures signatures;
  private final MetaGraphDef meta;

  /**
   * Reads the SavedModel's description; its variables are loaded when a run begins.
   *
   * @param folder the SavedModel
   * @param signatures which signatures and outputs of it are used
   * @throws TrainingException if one isn't there, or isn't a float32 scalar
   */
  protected SavedModelTask(Path folder, Signatures signatures) {
    this.folder = folder;
    this.signatures = signatures;
    this.meta =
        new GraphFileReader()
            .read(folder)
            .metaGraph()
            .orElseThrow(() -> new TrainingException(folder + " is no SavedModel"));
    for (String signature : List.of(signatures.train(), signatures.validate())) {
      SavedSignature.output(folder, meta, signature, signatures.loss());
      signatures.accuracy().ifPresent(name -> SavedSignature.output(folder, meta, signature, name));
    }
  }

  /**
   * The values of a signature's inputs for some examples, by the names in the signature. The first
   * dimension is the batch: where a signature fixes it, {@code --batch} has to be the same and has
   * to divide the number of examples.
   *
   * @param split the split: that of the train signature or of the one that validates
   * @param examples the numbers of the examples
   */
  protected abstract Map<String, Tensor> inputs(Split split, int[] examples);

  /** What the data depends on, seeds included, as text. */
  protected abstract SortedMap<String, String> dataSettings();

  /**
   * What the data depends on, and a digest of the SavedModel, which a resumed run needs unchanged.
   */
  @Override
  public final SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>(dataSettings());
    settings.put("saved-model", digest());
    return settings;
  }

  @Override
  public final Batch batch(Split split, int[] examples) {
    String name = split == Split.TRAINING ? signatures.train() : signatures.validate();
    SignatureDef signature = meta.getSignatureDefOrThrow(name);
    Map<String, Tensor> values = inputs(split, examples);
    if (!values.keySet().equals(signature.getInputsMap().keySet())) {
      values.values().forEach(Tensor::close);
      throw new TrainingException(
          "signature '"
              + name
              + "' takes "
              + SavedSignature.names(signature.getInputsMap().keySet())
              + "; the task gave "
              + SavedSignature.names(values.keySet()));
    }
    Map<String, Tensor> fed = new HashMap<>();
    for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
      fed.put(input.getValue().getName(), values.get(input.getKey()));
    }
    return new Batch(fed, examples.length);
  }

  @Override
  public final boolean hasOwnStep() {
    return true;
  }

  @Override
  public final OwnStep ownStep(Optional<GradientFilter> filter, int threads) {
    return SavedStep.load(folder, meta, signatures, filter, threads);
  }

  /**
   * There is nothing to build.
   *
   * @throws TrainingException always
   */
  @Override
  public final TaskGraph build(Ops tf) {
    throw new TrainingException(
        "the task "
            + name()
            + " trains a SavedModel, "
            + folder
            + ", by its own signature; 'export' and 'analyze' need a model that is built here."
            + " A checkpoint of the run holds the SavedModel's variables under their own names");
  }

  private String digest() {
    try {
      return Digests.sha256OfFolder(folder).substring(0, DIGEST_LENGTH);
    } catch (IOException e) {
      throw new TrainingException(folder + " can't be read: " + e.getMessage(), e);
    }
  }
}
