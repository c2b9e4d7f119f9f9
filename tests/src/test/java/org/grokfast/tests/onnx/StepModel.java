package org.grokfast.tests.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan.PlannedSite;

/** A stored training step, run for some steps from a fixed start on fixed data. */
record StepModel(String name, OnnxFile file) {
  static final int STEPS = 50;

  /** One of the models of {@code tests/onnx/make_models.py}. */
  static StepModel stored(String name) {
    try {
      return at(Path.of(StepModel.class.getResource("/onnx/" + name + ".onnx").toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static StepModel at(Path path) {
    OnnxFile file = new OnnxReader().read(path);
    OnnxValidator.validate(file);
    return new StepModel(path.getFileName().toString().replace(".onnx", ""), file);
  }

  /** The names of all stored models, in alphabetical order. */
  static List<String> names() {
    try (var files =
        Files.list(
            Path.of(StepModel.class.getResource("/onnx/opset17.onnx").toURI()).getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".onnx"))
          .map(file -> file.replace(".onnx", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  ModelProto model() {
    return file.model();
  }

  OnnxRewriter.Result rewrite(GradientFilter filter) {
    OnnxRewriter.Result result = new OnnxRewriter(filter).apply(model());
    OnnxValidator.validate(file.withModel(result.model()));
    return result;
  }

  /** Which output holds the next value of which input. */
  Map<String, String> pairs(ModelProto of) {
    Map<String, String> pairs = new LinkedHashMap<>();
    List<String> outputs = of.getGraph().getOutputList().stream().map(o -> o.getName()).toList();
    for (ValueInfoProto input : of.getGraph().getInputList()) {
      if (outputs.contains(input.getName() + "_new")) {
        pairs.put(input.getName(), input.getName() + "_new");
      }
    }
    if (name.equals("by_flow")) {
      pairs.putAll(Map.of("w0", "o1", "s0", "o2", "b0", "o3", "s1", "o4", "w1", "o5", "s2", "o6"));
    }
    return pairs;
  }

  /** What the parameters are after some steps of a model with this one's inputs. */
  Map<String, double[]> train(ModelProto model, int steps) {
    try (OnnxSession session = new OnnxSession(ConcatenatedModel.expanded(model))) {
      Map<String, double[]> values = start(session, model);
      for (int step = 0; step < steps; step++) {
        feedData(values, session, step);
        Map<String, double[]> outputs = session.run(values);
        pairs(model).forEach((input, output) -> values.put(input, outputs.get(output)));
      }
      return values;
    }
  }

  /**
   * The same with filters on plain arrays: one run gives the gradients, another takes the filtered
   * ones instead.
   */
  Map<String, double[]> oracle(List<PlannedSite> sites, int steps) {
    ModelProto tapped = tapped(sites);
    ModelProto fed = fed(sites);
    try (OnnxSession gradients = new OnnxSession(ConcatenatedModel.expanded(tapped));
        OnnxSession update = new OnnxSession(ConcatenatedModel.expanded(fed))) {
      Map<String, ArrayFilter> filters = new LinkedHashMap<>();
      for (PlannedSite planned : sites) {
        filters.put(
            planned.site().variable().name(),
            new ArrayFilter(
                planned.filter(),
                planned.site().variable().precision(),
                planned.site().variable().shape().stream().mapToInt(Math::toIntExact).toArray()));
      }
      Map<String, double[]> values = start(gradients, tapped);
      for (int step = 0; step < steps; step++) {
        feedData(values, gradients, step);
        Map<String, double[]> raw = new LinkedHashMap<>(values);
        raw.putAll(gradients.run(values));
        for (PlannedSite planned : sites) {
          String variable = planned.site().variable().name();
          double[] gradient = raw.get(planned.site().gradient()).clone();
          values.put("fed/" + variable, filters.get(variable).step(gradient, values.get(variable)));
        }
        Map<String, double[]> outputs = update.run(values);
        pairs(fed).forEach((input, output) -> values.put(input, outputs.get(output)));
      }
      return values;
    }
  }

  private ModelProto tapped(List<PlannedSite> sites) {
    GraphProto.Builder graph = model().getGraph().toBuilder();
    for (PlannedSite planned : sites) {
      String gradient = planned.site().gradient();
      boolean input =
          graph.getInputList().stream().anyMatch(info -> info.getName().equals(gradient));
      if (!input) {
        graph.addOutput(like(planned).setName(gradient));
      }
    }
    return model().toBuilder().setGraph(graph).build();
  }

  private ModelProto fed(List<PlannedSite> sites) {
    GraphProto.Builder graph = model().getGraph().toBuilder();
    for (PlannedSite planned : sites) {
      String replacement = "fed/" + planned.site().variable().name();
      graph.addInput(like(planned).setName(replacement));
      for (GradientEdge edge : planned.site().edges()) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
          if (node.getName().equals(edge.node())) {
            node.setInput(edge.input(), replacement);
          }
        }
      }
    }
    return model().toBuilder().setGraph(graph).build();
  }

  private ValueInfoProto.Builder like(PlannedSite planned) {
    return model().getGraph().getInputList().stream()
        .filter(input -> input.getName().equals(planned.site().variable().name()))
        .findFirst()
        .orElseThrow()
        .toBuilder();
  }

  static Map<String, double[]> start(OnnxSession session, ModelProto model) {
    Map<String, double[]> values = new LinkedHashMap<>();
    Random random = new Random(3);
    Map<String, Double> initial = new LinkedHashMap<>();
    for (StateEntry entry : StateList.of(model)) {
      // What is no parameter starts at zero, whatever the list says.
      boolean parameter =
          Filters.ALL.stream()
              .flatMap(type -> type.parameters().stream())
              .anyMatch(known -> InsertedNames.isParameter(entry.input(), known.name()));
      initial.put(entry.input(), parameter ? entry.initial() : 0);
    }
    new ArrayList<>(session.inputs().entrySet())
        .forEach(
            input -> {
              double[] array = new double[count(input.getValue())];
              if (input.getKey().matches("[bwu]\\d")) {
                fill(array, random, 0.5);
              } else if (initial.containsKey(input.getKey())) {
                java.util.Arrays.fill(array, initial.get(input.getKey()));
              } else if (input.getKey().equals("lr")) {
                array[0] = 0.0625;
              } else if (input.getKey().equals("scale")) {
                array[0] = 1000;
              }
              values.put(input.getKey(), array);
            });
    return values;
  }

  static void feedData(Map<String, double[]> values, OnnxSession session, int step) {
    Random random = new Random(100 + step);
    session
        .inputs()
        .forEach(
            (input, shape) -> {
              if (input.matches("[xy]2?|.*\\.g")) {
                double[] array = new double[count(shape)];
                fill(array, random, 1);
                values.put(input, array);
              }
            });
  }

  private static void fill(double[] array, Random random, double scale) {
    for (int i = 0; i < array.length; i++) {
      // Eighths are numbers of every format.
      array[i] = Math.rint(random.nextGaussian() * scale * 8) / 8;
    }
  }

  /** The largest difference of an element, relative to the largest element. */
  static double largestDifference(double[] actual, double[] expected) {
    double scale = 0;
    double difference = 0;
    for (int i = 0; i < actual.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / scale;
  }

  private static int count(long[] shape) {
    int count = 1;
    for (long dimension : shape) {
      count *= (int) dimension;
    }
    return count;
  }
}
