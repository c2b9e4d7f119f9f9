package org.grokfast.models.analysis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.analysis.information.Commutativity;
import org.grokfast.models.analysis.information.GramMatrix;
import org.grokfast.models.analysis.information.InformationShift;
import org.grokfast.models.analysis.information.InputLayer;
import org.grokfast.models.analysis.information.MatrixEntropy;
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

  /** The output layer, what the task knows of others, and the input layer if it was named. */
  private final List<Output<TFloat32>> measured = new ArrayList<>();

  InformationAnalysis(LossGraph loss, Task task, Examples examples, AnalysisOptions options) {
    this.loss = loss;
    this.examples = examples;
    this.options = options;
    inputs = Inputs.find(loss, examples.information());
    first = options.firstLayer().map(this::tensor).filter(t -> !isInput(t));
    measured.add(
        options.secondLayer().map(this::tensor).orElse(loss.outputs().output().asOutput()));
    loss.outputs().layers().values().forEach(layer -> measured.add(layer.asOutput()));
    first.ifPresent(measured::add);
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

  /**
   * Measures the parameters that are set.
   *
   * @param theta them
   * @param layers gets those that the task knows, too
   */
  void add(double[] theta, Map<Quantity, Double> total, Map<String, Map<Quantity, Double>> layers) {
    addCommutativity(total);
    Map<String, Map<Quantity, Double>> targets = new LinkedHashMap<>();
    targets.put("", total);
    loss.outputs()
        .layers()
        .keySet()
        .forEach(
            name ->
                targets.put(
                    name, layers.computeIfAbsent(name, n -> new EnumMap<>(Quantity.class))));
    List<Map<Quantity, Double>> maps = List.copyOf(targets.values());
    List<float[][]> clean = loss.rows(measured, examples.information(), Map.of());
    if (inputs.isPresent()) {
      addShifts(inputs.get(), theta, clean, maps);
      addNoisyAccuracy(inputs.get(), theta, total);
    } else {
      for (int i = 0; i < maps.size(); i++) {
        maps.get(i).put(Quantity.ENTROPY, MatrixEntropy.of(GramMatrix.ofCosines(clean.get(i))));
      }
    }
  }

  private void addCommutativity(Map<Quantity, Double> total) {
    swapped.ifPresent(
        other -> {
          Output<TFloat32> logits = loss.outputs().output().asOutput();
          Commutativity found =
              Commutativity.of(
                  loss.rows(logits, examples.information(), Map.of()),
                  loss.rows(logits, other, Map.of()));
          total.put(Quantity.COMMUTATIVITY, found.agreement());
          total.put(Quantity.COMMUTATIVITY_DISTANCE, found.distance());
        });
  }

  /** The targets in the order of the features. */
  private void addShifts(
      Inputs found, double[] theta, List<float[][]> clean, List<Map<Quantity, Double>> targets) {
    Batch batch = examples.information();
    float[][] noisy = found.noisy(batch, theta, options.noise(), options.seed());
    try (Tensor fed = found.fed(noisy, batch)) {
      List<float[][]> perturbed = loss.rows(measured, batch, Map.of(found.name(), fed));
      InputLayer input =
          first.isPresent()
              ? new InputLayer(clean.get(targets.size()), perturbed.get(targets.size()))
              : new InputLayer(found.clean(batch), noisy);
      // The output layer is one of the task's layers, mostly.
      IdentityHashMap<float[][], InformationShift> shifts = new IdentityHashMap<>();
      for (int i = 0; i < targets.size(); i++) {
        float[][] moved = perturbed.get(i);
        put(
            shifts.computeIfAbsent(clean.get(i), features -> input.shiftOf(features, moved)),
            targets.get(i));
      }
    }
  }

  private static void put(InformationShift shift, Map<Quantity, Double> target) {
    target.put(Quantity.ENTROPY, shift.entropy());
    target.put(Quantity.PERTURBED_ENTROPY, shift.perturbedEntropy());
    target.put(Quantity.ENTROPY_DIFFERENCE, shift.entropyDifference());
    target.put(Quantity.MUTUAL_INFORMATION, shift.mutualInformation());
    target.put(Quantity.PERTURBED_MUTUAL_INFORMATION, shift.perturbedMutualInformation());
    target.put(Quantity.MUTUAL_INFORMATION_DIFFERENCE, shift.mutualInformationDifference());
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
