package org.grokfast.tests.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;

/**
 * What artifacts should train to: gradients from the training model without its accumulators,
 * filters on plain arrays, optimizers written out.
 */
final class ArtifactOracle {
  private static final String GRADIENT = "_grad";
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-6;
  private static final double DECAY = 0.01;

  private final ModelProto gradients;
  private final boolean adam;
  private final Map<String, double[]> weights;
  private final Map<String, ArrayFilter> filters = new TreeMap<>();
  private final Map<String, double[]> first = new TreeMap<>();
  private final Map<String, double[]> second = new TreeMap<>();

  ArtifactOracle(OrtArtifacts artifacts, GradientFilter filter) {
    this.gradients = gradients(artifacts.training().model());
    this.adam = artifacts.folder().endsWith("adamw");
    this.weights = ArtifactRun.weights(artifacts.checkpoint());
    for (Checkpoint.Entry entry : artifacts.checkpoint().trained()) {
      String name = entry.name();
      int size = weights.get(name).length;
      first.put(name, new double[size]);
      second.put(name, new double[size]);
      if (filter.options().selection().selects(name) && filter.takes(entry.shape())) {
        int[] shape = entry.shape().stream().mapToInt(Math::toIntExact).toArray();
        filters.put(name, new ArrayFilter(filter.forVariable(name), Precision.FLOAT32, shape));
      }
    }
  }

  private static ModelProto gradients(ModelProto training) {
    GraphProto.Builder graph = training.getGraph().toBuilder().clearNode().clearOutput();
    for (NodeProto node : training.getGraph().getNodeList()) {
      if (!node.getOpType().equals("InPlaceAccumulatorV2")) {
        graph.addNode(node);
      }
    }
    graph.clearInput();
    for (ValueInfoProto input : training.getGraph().getInputList()) {
      String name = input.getName();
      if (name.endsWith(".accumulation.buffer")) {
        String gradient = name.substring(0, name.indexOf(".accumulation"));
        graph.addOutput(input.toBuilder().setName(gradient));
      } else if (!name.equals("lazy_reset_grad")) {
        graph.addInput(input);
      }
    }
    return training.toBuilder().setGraph(graph).build();
  }

  /** The parameters after some steps, each of some micro-batches. */
  Map<String, double[]> train(int steps, int microBatches) {
    try (OnnxSession session = new OnnxSession(gradients)) {
      for (int step = 0; step < steps; step++) {
        Map<String, double[]> sum = new LinkedHashMap<>();
        for (int batch = 0; batch < microBatches; batch++) {
          Map<String, double[]> feeds = new LinkedHashMap<>(weights);
          ArtifactRun.data(step * microBatches + batch)
              .forEach((name, values) -> feeds.put(name, doubles(values)));
          session.run(feeds).forEach((name, values) -> sum.merge(name, values, this::plus));
        }
        for (String name : weights.keySet()) {
          double[] gradient = sum.get(name + GRADIENT);
          ArrayFilter filter = filters.get(name);
          double[] filtered = filter == null ? gradient : filter.step(gradient, weights.get(name));
          update(name, filtered, step + 1);
        }
      }
    }
    return weights;
  }

  private double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = (float) (a[i] + b[i]);
    }
    return sum;
  }

  private void update(String name, double[] gradient, int step) {
    double[] w = weights.get(name);
    double[] m = first.get(name);
    double[] v = second.get(name);
    double rate = ArtifactRun.RATE;
    double corrected = rate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
    for (int i = 0; i < w.length; i++) {
      if (adam) {
        m[i] = BETA1 * m[i] + (1 - BETA1) * gradient[i];
        v[i] = BETA2 * v[i] + (1 - BETA2) * gradient[i] * gradient[i];
        double stepped = w[i] - corrected * m[i] / (Math.sqrt(v[i]) + EPSILON);
        w[i] = (float) (stepped - rate * DECAY * stepped);
      } else {
        w[i] = (float) (w[i] - (float) (rate * gradient[i]));
      }
    }
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
