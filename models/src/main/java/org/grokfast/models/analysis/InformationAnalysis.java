package org.grokfast.models.analysis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.analysis.information.Commutativity;
import org.grokfast.models.analysis.information.InformationShift;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Task;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/** Measures what layers know of the inputs, with and without noise, and commutativity. */
final class InformationAnalysis implements AutoCloseable {
  private final LossGraph loss;
  private final Examples examples;
  private final AnalysisOptions options;
  private final Optional<Inputs> inputs;
  private final Optional<Batch> swapped;
  private final Optional<Output<TFloat32>> first;
  private final Output<TFloat32> second;

  InformationAnalysis(LossGraph loss, Task task, Examples examples, AnalysisOptions options) {
    this.loss = loss;
    this.examples = examples;
    this.options = options;
    inputs = Inputs.find(loss, examples.information());
    first = options.firstLayer().map(this::tensor).filter(t -> !isInput(t));
    second = options.secondLayer().map(this::tensor).orElse(loss.outputs().output().asOutput());
    swapped =
        task instanceof AlgorithmicTask algorithmic
            ? algorithmic.swapped(examples.information())
            : Optional.empty();
  }

  private boolean isInput(Output<?> tensor) {
    return inputs.isPresent()
        && inputs.get().name().equals(tensor.op().name() + ":" + tensor.index());
  }

  private Output<TFloat32> tensor(String name) {
    int colon = name.lastIndexOf(':');
    String operation = colon < 0 ? name : name.substring(0, colon);
    String index = colon < 0 ? "0" : name.substring(colon + 1);
    GraphOperation found = loss.graph().operation(operation);
    if (found == null
        || !index.matches("[0-9]{1,4}")
        || Integer.parseInt(index) >= found.numOutputs()) {
      throw new TrainingException(
          "the model has no tensor '"
              + name
              + "' to take a layer's features from; expected NODE or NODE:OUTPUT of the task's"
              + " graph, such as "
              + loss.outputs().output().asOutput().op().name());
    }
    Output<?> output = found.output(Integer.parseInt(index));
    if (output.dataType() != DataType.DT_FLOAT) {
      throw new TrainingException(
          "the tensor '" + name + "' is " + output.dataType() + "; features are float32");
    }
    return output.expect(TFloat32.class);
  }

  /** Why there are no figures with noise, if there are none. */
  List<String> notes() {
    return inputs.isPresent()
        ? List.of()
        : List.of(
            "the model has no embedding and not exactly one float input that noise could be added"
                + " to: no mutual information, and nothing with noise");
  }

  void add(double[] theta, Map<Quantity, Double> total) {
    Batch batch = examples.information();
    float[][] out = loss.rows(second, batch, Map.of());
    swapped.ifPresent(
        other -> {
          float[][] logits = loss.rows(loss.outputs().output().asOutput(), batch, Map.of());
          Commutativity found =
              Commutativity.of(
                  logits, loss.rows(loss.outputs().output().asOutput(), other, Map.of()));
          total.put(Quantity.COMMUTATIVITY, found.agreement());
          total.put(Quantity.COMMUTATIVITY_DISTANCE, found.distance());
        });
    inputs.ifPresent(
        found -> {
          addShift(found, theta, out, total);
          addNoisyAccuracy(found, theta, total);
        });
  }

  private void addShift(Inputs found, double[] theta, float[][] out, Map<Quantity, Double> total) {
    Batch batch = examples.information();
    float[][] clean = found.clean(batch);
    float[][] noisy = found.noisy(batch, theta, options.noise(), options.seed());
    try (Tensor fed = found.fed(noisy, batch)) {
      Map<String, Tensor> replaced = Map.of(found.name(), fed);
      InformationShift shift =
          InformationShift.of(
              first.map(layer -> loss.rows(layer, batch, Map.of())).orElse(clean),
              out,
              first.map(layer -> loss.rows(layer, batch, replaced)).orElse(noisy),
              loss.rows(second, batch, replaced));
      total.put(Quantity.ENTROPY, shift.entropy());
      total.put(Quantity.PERTURBED_ENTROPY, shift.perturbedEntropy());
      total.put(Quantity.ENTROPY_DIFFERENCE, shift.entropyDifference());
      total.put(Quantity.MUTUAL_INFORMATION, shift.mutualInformation());
      total.put(Quantity.PERTURBED_MUTUAL_INFORMATION, shift.perturbedMutualInformation());
      total.put(Quantity.MUTUAL_INFORMATION_DIFFERENCE, shift.mutualInformationDifference());
    }
  }

  private void addNoisyAccuracy(Inputs found, double[] theta, Map<Quantity, Double> total) {
    double sum = 0;
    int count = 0;
    for (Batch batch : examples.validation()) {
      float[][] noisy = found.noisy(batch, theta, options.noise(), options.seed() + 1 + count);
      try (Tensor fed = found.fed(noisy, batch)) {
        sum += batch.size() * loss.accuracy(List.of(batch), Map.of(found.name(), fed));
      }
      count += batch.size();
    }
    double accuracy = sum / count;
    if (Double.isFinite(accuracy)) {
      total.put(Quantity.NOISY_ACCURACY, accuracy);
    }
  }

  @Override
  public void close() {
    swapped.ifPresent(Batch::close);
  }
}
