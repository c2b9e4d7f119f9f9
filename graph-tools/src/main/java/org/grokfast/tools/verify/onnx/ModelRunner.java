package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayPasses;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.training.OnnxTrainingStep;
import org.grokfast.pass.StepPass;

/**
 * Trains models that are one step, on one thread, so that runs repeat bit for bit. Between the
 * steps of the original, which has no passes, they are done to its parameters by plain arithmetic.
 */
final class ModelRunner implements StepRunner {
  private final OnnxPlan plan;
  private final Path folder;
  private final OnnxFeeds feeds;

  ModelRunner(OnnxPlan plan, Path folder) {
    this.plan = plan;
    this.folder = folder;
    this.feeds = new OnnxFeeds(plan);
  }

  @Override
  public Map<String, double[]> original() throws OrtException {
    try (OnnxTrainingStep step = open(ChildFiles.ORIGINAL)) {
      return train(step, passes(), (number, values) -> {});
    }
  }

  /** The passes of the rewritten model, by parameter; the plan has none that need a rate. */
  private Map<String, ArrayPasses> passes() {
    Map<String, ArrayPasses> all = new LinkedHashMap<>();
    for (StepInput parameter : plan.parameters()) {
      List<StepPass> own =
          OnnxPlanner.passes(plan.gradients(), parameter.name()).stream()
              .filter(pass -> !pass.needsRate())
              .toList();
      if (!own.isEmpty()) {
        Precision precision = DataTypes.precision(parameter.type()).orElseThrow();
        int[] shape = parameter.shape().stream().mapToInt(Math::toIntExact).toArray();
        all.put(parameter.name(), new ArrayPasses(own, precision, shape));
      }
    }
    return all;
  }

  @Override
  public Map<String, double[]> rewritten(boolean amplified, Observer observer) throws OrtException {
    String name = amplified ? ChildFiles.REWRITTEN : ChildFiles.UNAMPLIFIED;
    try (OnnxTrainingStep step = open(name)) {
      if (!amplified) {
        step.setZero(plan.lambs().toArray(String[]::new));
      }
      return train(step, Map.of(), observer);
    }
  }

  private OnnxTrainingStep open(String name) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return OnnxTrainingStep.open(
          folder.resolve(name).resolve(ChildFiles.MODEL), options, plan.updates());
    }
  }

  private Map<String, double[]> train(
      OnnxTrainingStep step, Map<String, ArrayPasses> passes, Observer observer)
      throws OrtException {
    for (StepInput parameter : plan.parameters()) {
      try (OnnxTensor first = feeds.first(parameter)) {
        step.set(parameter.name(), first);
      }
    }
    step.setZero(step.missing().toArray(String[]::new));
    for (int number = 0; number < plan.run().steps(); number++) {
      Map<String, OnnxTensor> data = feeds.of(number);
      Map<String, double[]> before = new LinkedHashMap<>();
      for (String name : passes.keySet()) {
        before.put(name, OrtNumbers.of(step.get(name)));
      }
      Set<String> made;
      try {
        Map<String, OnnxTensor> values = new LinkedHashMap<>(step.run(data));
        values.putAll(data);
        observer.step(number, values);
        made = made(passes.keySet(), values);
      } finally {
        data.values().forEach(OnnxTensor::close);
      }
      pass(step, passes, made, before);
    }
    Map<String, double[]> weights = new LinkedHashMap<>();
    for (StepInput parameter : plan.parameters()) {
      weights.put(parameter.name(), OrtNumbers.of(step.get(parameter.name())));
    }
    return weights;
  }

  /** The parameters that a step updated. */
  private Set<String> made(Set<String> parameters, Map<String, OnnxTensor> values) {
    return parameters.stream()
        .filter(
            name ->
                OnnxPlanner.of(plan.gradients(), name)
                    .allMatch(gradient -> OrtNumbers.isMade(gradient, values)))
        .collect(Collectors.toSet());
  }

  private void pass(
      OnnxTrainingStep step,
      Map<String, ArrayPasses> passes,
      Set<String> made,
      Map<String, double[]> before)
      throws OrtException {
    for (StepInput parameter : plan.parameters()) {
      String name = parameter.name();
      if (made.contains(name)) {
        double[] after = OrtNumbers.of(step.get(name));
        double[] changed =
            passes.get(name).step(before.get(name), Optional.empty(), found -> after);
        try (OnnxTensor tensor = OrtNumbers.tensor(parameter.type(), parameter.shape(), changed)) {
          step.set(name, tensor);
        }
      }
    }
  }
}
