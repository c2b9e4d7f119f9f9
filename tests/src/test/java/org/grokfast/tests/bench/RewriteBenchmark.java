package org.grokfast.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tests.GraphBuilder;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;

/**
 * How the time of a rewrite grows with the graph, and what it takes in each form in which graphs
 * are kept. No part of the build; run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=RewriteBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * With {@code -Dgrokfast.benchmark.folder=DIR} the files are written there as well, for {@code
 * grokfast rewrite} under a small heap.
 */
class RewriteBenchmark {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final int ROUNDS = 5;

  /** Of each layer: a variable and its initializer, rate and training op, and a chain of ops. */
  private static GraphDef graph(int nodes, int layers) {
    GraphBuilder builder = new GraphBuilder().placeholder("x", FLOAT, 8);
    int chain = nodes / layers - 6;
    String value = "x";
    String[] updates = new String[layers];
    for (int layer = 0; layer < layers; layer++) {
      String w = "layer" + layer + "/w";
      builder.variable(w, FLOAT, 8);
      value = op(builder, "Mul", "layer" + layer + "/forward", value, w);
      for (int i = 0; i < chain; i++) {
        value = op(builder, "Tanh", "layer" + layer + "/op" + i, value);
      }
      builder.descent(w, value, FLOAT);
      updates[layer] = w + "/apply";
    }
    return builder.group("train", updates).build();
  }

  private static String op(GraphBuilder builder, String op, String name, String... inputs) {
    builder.node(op, name, inputs).putAttr("T", GraphBuilder.type(FLOAT));
    return name;
  }

  @Test
  void printsTimesForGraphsOfSeveralSizes() throws Exception {
    System.out.println("    nodes  sites  megabytes  milliseconds: median (lowest, highest)");
    for (int[] size :
        new int[][] {{100_000, 100}, {100_000, 2_000}, {300_000, 2_000}, {1_000_000, 2_000}}) {
      GraphDef graph = graph(size[0], size[1]);
      write(size[0] + "-" + size[1] + ".pb", graph);
      GraphRewriter pass = new GraphRewriter(Ema.defaults());
      long[] times = new long[ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        long start = System.nanoTime();
        int sites = pass.apply(graph).report().plan().sites().size();
        if (round >= 0) {
          times[round] = (System.nanoTime() - start) / 1_000_000;
        }
        assertThat(sites).isEqualTo(size[1]);
      }
      System.out.printf(
          Locale.ROOT,
          "%,9d %,6d %10.1f  %s%n",
          graph.getNodeCount(),
          size[1],
          graph.getSerializedSize() / 1e6,
          text(times));
    }
  }

  private static void write(String name, Message message) throws IOException {
    String folder = System.getProperty("grokfast.benchmark.folder");
    if (folder != null) {
      Path file = Path.of(folder, name);
      Files.createDirectories(file.getParent());
      Files.write(file, message.toByteArray());
    }
  }

  /** A graph whose layers are all in the body of one function. */
  private static GraphDef inFunction(int nodes, int layers) {
    GraphBuilder main = new GraphBuilder().placeholder("x", FLOAT, 8);
    FunctionDef.Builder step = FunctionDef.newBuilder();
    OpDef.Builder signature = step.getSignatureBuilder().setName("step").setIsStateful(true);
    signature.addInputArgBuilder().setName("x").setType(FLOAT);
    List<String> arguments = new ArrayList<>(List.of("x"));
    String value = "x";
    for (int layer = 0; layer < layers; layer++) {
      String w = "w" + layer;
      main.resource(w, FLOAT, 8);
      arguments.add(w);
      signature.addInputArgBuilder().setName(w).setType(DataType.DT_RESOURCE);
      add(step, "ReadVariableOp", w + "/read", "dtype", w);
      add(step, "Mul", w + "/forward", "T", value, w + "/read:value:0");
      value = w + "/forward:z:0";
      for (int i = 0; i < nodes / layers - 8; i++) {
        add(step, "Tanh", w + "/op" + i, "T", value);
        value = w + "/op" + i + ":y:0";
      }
      step.addNodeDef(rate(w + "/rate"));
      add(step, "ResourceApplyGradientDescent", w + "/apply", "T", w, w + "/rate:output:0", value);
      signature.addControlOutput(w);
      step.putControlRet(w, w + "/apply");
    }
    DataType[] types = new DataType[layers + 1];
    Arrays.fill(types, DataType.DT_RESOURCE);
    types[0] = FLOAT;
    main.node("StatefulPartitionedCall", "train", arguments.toArray(String[]::new))
        .putAttr("Tin", GraphBuilder.types(types))
        .putAttr("Tout", GraphBuilder.types())
        .putAttr(
            "f", AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName("step")).build());
    return main.build().toBuilder()
        .setLibrary(FunctionDefLibrary.newBuilder().addFunction(step))
        .build();
  }

  private static void add(
      FunctionDef.Builder function, String op, String name, String type, String... inputs) {
    function
        .addNodeDefBuilder()
        .setOp(op)
        .setName(name)
        .addAllInput(Arrays.asList(inputs))
        .putAttr(type, GraphBuilder.type(FLOAT));
  }

  private static NodeDef rate(String name) {
    return new GraphBuilder().constant(name, FLOAT, 0.125).build().getNode(0);
  }

  @Test
  void printsTimesForEveryForm() throws Exception {
    int nodes = 1_000_000;
    GraphDef graph = graph(nodes, 2_000);
    GraphDef function = inFunction(nodes, 2_000);
    Map<String, Message> forms = new LinkedHashMap<>();
    forms.put("forms/graph.pb", graph);
    forms.put("forms/graph.meta", meta(graph));
    forms.put("forms/saved/saved_model.pb", saved(graph));
    forms.put("forms/function/saved_model.pb", saved(function));
    System.out.println(
        "    form  megabytes  milliseconds to read and to rewrite: median (lowest, highest)");
    for (Map.Entry<String, Message> form : forms.entrySet()) {
      write(form.getKey(), form.getValue());
      byte[] bytes = form.getValue().toByteArray();
      long[] reads = new long[ROUNDS];
      long[] times = new long[ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        long start = System.nanoTime();
        GraphFile file = new GraphFileReader().read(bytes, form.getKey());
        long read = System.nanoTime();
        int sites =
            new GraphRewriter(Ema.defaults()).apply(file.parts()).report().plan().sites().size();
        if (round >= 0) {
          reads[round] = (read - start) / 1_000_000;
          times[round] = (System.nanoTime() - read) / 1_000_000;
        }
        assertThat(sites).isEqualTo(2_000);
      }
      System.out.printf(
          Locale.ROOT,
          "%s %.1f  %s  %s%n",
          form.getKey(),
          bytes.length / 1e6,
          text(reads),
          text(times));
    }
  }

  private static String text(long[] times) {
    Arrays.sort(times);
    return String.format(
        Locale.ROOT, "%,d (%,d, %,d)", times[ROUNDS / 2], times[0], times[ROUNDS - 1]);
  }

  private static MetaGraphDef meta(GraphDef graph) {
    return MetaGraphDef.newBuilder()
        .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
        .setGraphDef(graph)
        .build();
  }

  private static SavedModel saved(GraphDef graph) {
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta(graph)).build();
  }
}
