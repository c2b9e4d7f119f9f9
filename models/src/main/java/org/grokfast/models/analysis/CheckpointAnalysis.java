package org.grokfast.models.analysis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.analysis.curve.Saturation;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.analysis.graph.ParameterLayout;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.analysis.spectrum.AdamPreconditioner;
import org.grokfast.models.analysis.spectrum.CommutatorDefect;
import org.grokfast.models.analysis.spectrum.HeavyTail;
import org.grokfast.models.analysis.spectrum.Lanczos;
import org.grokfast.models.analysis.spectrum.PowerLaw;
import org.grokfast.models.analysis.spectrum.SymmetricOperator;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.MetricsRow;
import org.tensorflow.Output;
import org.tensorflow.types.TFloat32;

/** Measures one checkpoint after the other in one graph. */
final class CheckpointAnalysis {
  /** A residual of this share of the eigenvalue ends the search for it. */
  private static final double TOLERANCE = 1e-3;

  private final LossGraph loss;
  private final Examples examples;
  private final TrainingOptions training;
  private final AnalysisOptions options;
  private final InformationAnalysis information;
  private final Thresholds thresholds;
  private final Optional<Output<TFloat32>> logitGradients;

  CheckpointAnalysis(
      LossGraph loss,
      Examples examples,
      InformationAnalysis information,
      TrainingOptions training,
      AnalysisOptions options) {
    this.loss = loss;
    this.examples = examples;
    this.information = information;
    this.training = training;
    this.options = options;
    thresholds = new Thresholds(training);
    logitGradients =
        CrossEntropy.isLossOf(loss)
            ? Optional.of(loss.gradientBy(loss.outputs().output().asOutput()))
            : Optional.empty();
  }

  /**
   * Measures a checkpoint.
   *
   * @param row the last validation up to it, if there is one
   * @throws TrainingException if its parameters or its loss aren't numbers
   */
  Figures of(Checkpoints.Loaded checkpoint, Optional<MetricsRow> row) {
    int step = checkpoint.state().step();
    loss.restore(checkpoint);
    double[] theta = loss.parameters();
    Map<Quantity, Double> total = new EnumMap<>(Quantity.class);
    Map<String, Map<Quantity, Double>> layers = new LinkedHashMap<>();
    loss.layout()
        .layers()
        .keySet()
        .forEach(name -> layers.put(name, new EnumMap<>(Quantity.class)));
    row.ifPresent(metrics -> addMetrics(metrics, total));
    total.put(Quantity.LOSS, finite(loss.loss(examples.all()), step));
    addNorms(Quantity.WEIGHT_NORM, theta, total, layers);
    addNorms(Quantity.GRADIENT_NORM, loss.gradient(examples.all()), total, layers);
    thresholds.add(step, checkpoint.state().learningRate(), total);
    addHeavyTails(theta, total, layers);
    information.add(theta, total, layers);
    logitGradients.ifPresent(gradients -> addSaturation(gradients, total));
    addCommutator(total, layers);
    addEigenvalues(checkpoint, total, layers);
    return new Figures(step, total, layers);
  }

  private static double finite(double value, int step) {
    if (!Double.isFinite(value)) {
      throw new TrainingException(
          "the loss at the checkpoint of step "
              + step
              + " is "
              + value
              + ": the run has diverged. Analyze it up to a step before, or train again with a"
              + " lower learning rate");
    }
    return value;
  }

  private static void addMetrics(MetricsRow row, Map<Quantity, Double> total) {
    put(total, Quantity.TRAIN_LOSS, row.trainLoss());
    put(total, Quantity.TRAIN_ACCURACY, row.trainAccuracy());
    put(total, Quantity.VALIDATION_LOSS, row.validationLoss());
    put(total, Quantity.VALIDATION_ACCURACY, row.validationAccuracy());
  }

  private static void put(Map<Quantity, Double> map, Quantity quantity, double value) {
    if (Double.isFinite(value)) {
      map.put(quantity, value);
    }
  }

  private void addNorms(
      Quantity quantity,
      double[] vector,
      Map<Quantity, Double> total,
      Map<String, Map<Quantity, Double>> layers) {
    put(total, quantity, ParameterLayout.norm(loss.layout().parameters(), vector));
    loss.layout()
        .layers()
        .forEach(
            (name, parameters) ->
                put(layers.get(name), quantity, ParameterLayout.norm(parameters, vector)));
  }

  private void addHeavyTails(
      double[] theta, Map<Quantity, Double> total, Map<String, Map<Quantity, Double>> layers) {
    List<Double> all = new ArrayList<>();
    for (Parameter parameter : loss.layout().parameters()) {
      if (parameter.shape().size() == 2) {
        Optional<PowerLaw> law = HeavyTail.of(parameter.matrix(theta));
        law.ifPresent(found -> all.add(found.alpha()));
        law.ifPresent(
            found -> layers.get(parameter.layer()).put(Quantity.HEAVY_TAIL_ALPHA, found.alpha()));
      }
    }
    all.stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .ifPresent(mean -> put(total, Quantity.HEAVY_TAIL_ALPHA, mean));
  }

  private void addSaturation(Output<TFloat32> gradients, Map<Quantity, Double> total) {
    float[][] rows = loss.rows(gradients, examples.information(), Map.of());
    put(total, Quantity.SATURATION, Saturation.ofGradients(rows));
  }

  /** Where a gradient is 0, as in a network that is saturated, there is no defect. */
  private void addCommutator(
      Map<Quantity, Double> total, Map<String, Map<Quantity, Double>> layers) {
    double[] first = loss.gradient(examples.first());
    double[] second = loss.gradient(examples.second());
    try {
      double[] bracket =
          CommutatorDefect.limit(
              first,
              second,
              loss.hessian(examples.second()).apply(first),
              loss.hessian(examples.first()).apply(second));
      addNorms(Quantity.COMMUTATOR_DEFECT, bracket, total, layers);
    } catch (ArithmeticException e) {
      total.remove(Quantity.COMMUTATOR_DEFECT);
    }
  }

  private void addEigenvalues(
      Checkpoints.Loaded checkpoint,
      Map<Quantity, Double> total,
      Map<String, Map<Quantity, Double>> layers) {
    SymmetricOperator hessian = loss.hessian(examples.all());
    Lanczos.Extremes plain = extremes(hessian, options.products());
    put(total, Quantity.HESSIAN_MAX, plain.most());
    put(total, Quantity.HESSIAN_MAX_RESIDUAL, plain.mostResidual());
    put(total, Quantity.HESSIAN_MIN, plain.least());
    Optional<double[]> scale = scale(checkpoint);
    scale.ifPresent(
        diagonal -> addPreconditioned(hessian.scaled(diagonal), options.products(), total));
    if (options.layerProducts() > 0) {
      loss.layout()
          .layers()
          .forEach((name, parameters) -> addLayer(parameters, scale, layers.get(name)));
    }
  }

  private void addLayer(
      List<Parameter> parameters, Optional<double[]> scale, Map<Quantity, Double> layer) {
    SymmetricOperator block = loss.block(parameters, examples.quarter());
    Lanczos.Extremes plain = extremes(block, options.layerProducts());
    put(layer, Quantity.HESSIAN_MAX, plain.most());
    put(layer, Quantity.HESSIAN_MAX_RESIDUAL, plain.mostResidual());
    scale.ifPresent(
        diagonal ->
            addPreconditioned(
                block.scaled(LossGraph.gathered(parameters, diagonal)),
                options.layerProducts(),
                layer));
  }

  private void addPreconditioned(
      SymmetricOperator hessian, int products, Map<Quantity, Double> target) {
    Lanczos.Extremes found = extremes(hessian, products);
    put(target, Quantity.PRECONDITIONED_HESSIAN_MAX, found.most());
    put(target, Quantity.PRECONDITIONED_HESSIAN_MAX_RESIDUAL, found.mostResidual());
  }

  private Lanczos.Extremes extremes(SymmetricOperator hessian, int products) {
    return Lanczos.extremes(hessian, products, TOLERANCE, options.seed());
  }

  private Optional<double[]> scale(Checkpoints.Loaded checkpoint) {
    AdamOptions adam = training.adam();
    int updates = checkpoint.state().step();
    if (updates < 1 || adam.epsilon() == 0) {
      return Optional.empty();
    }
    return StoredMoments.read(checkpoint.variables(), loss.layout())
        .map(
            moments ->
                AdamPreconditioner.inverseRoot(
                    moments, updates, adam.beta1(), adam.beta2(), adam.epsilon()));
  }
}
