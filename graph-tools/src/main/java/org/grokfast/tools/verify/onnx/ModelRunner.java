package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.onnx.training.OnnxTrainingStep;

/** Trains models that are one step, on one thread, so that runs repeat bit for bit. */
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
      return train(step, (number, values) -> {});
    }
  }

  @Override
  public Map<String, double[]> rewritten(boolean amplified, Observer observer) throws OrtException {
    String name = amplified ? ChildFiles.REWRITTEN : ChildFiles.UNAMPLIFIED;
    try (OnnxTrainingStep step = open(name)) {
      if (!amplified) {
        step.setZero(plan.lambs().toArray(String[]::new));
      }
      return train(step, observer);
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

  private Map<String, double[]> train(OnnxTrainingStep step, Observer observer)
      throws OrtException {
    for (StepInput parameter : plan.parameters()) {
      try (OnnxTensor first = feeds.first(parameter)) {
        step.set(parameter.name(), first);
      }
    }
    step.setZero(step.missing().toArray(String[]::new));
    for (int number = 0; number < plan.run().steps(); number++) {
      Map<String, OnnxTensor> data = feeds.of(number);
      try {
        Map<String, OnnxTensor> values = new LinkedHashMap<>(step.run(data));
        values.putAll(data);
        observer.step(number, values);
      } finally {
        data.values().forEach(OnnxTensor::close);
      }
    }
    Map<String, double[]> weights = new LinkedHashMap<>();
    for (StepInput parameter : plan.parameters()) {
      weights.put(parameter.name(), OrtNumbers.of(step.get(parameter.name())));
    }
    return weights;
  }
}
