package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rewrite adds to a model of each form, and what it leaves as it was. */
@Tag("native")
class RewrittenModelTest {
  private static final List<String> NOT_FILTERED =
      List.of("transposed", "update_in_if", "update_in_loop");
  private static final List<GradientFilter> FILTERS =
      List.of(Ema.of(0.9, 2), MovingAverage.of(7, 3), Orthogonal.of(0.9, 0.1));

  static Stream<StepModel> steps() {
    return StepModel.names().stream()
        .filter(name -> !NOT_FILTERED.contains(name))
        .map(StepModel::stored);
  }

  private static List<StepModel> optimizers() throws IOException, URISyntaxException {
    Path folder = Path.of(RewrittenModelTest.class.getResource("/onnx/optimizers").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(StepModel::at).toList();
    }
  }

  static Stream<StepModel> allSteps() throws IOException, URISyntaxException {
    return Stream.concat(steps(), optimizers().stream());
  }

  static Stream<StepModel> nodes() throws IOException, URISyntaxException {
    return Stream.concat(
        steps(), optimizers().stream().filter(step -> step.name().startsWith("microsoft")));
  }

  static Stream<StepModel> algorithms() throws IOException, URISyntaxException {
    return optimizers().stream().filter(step -> step.name().startsWith("training_info"));
  }

  private static Map<String, TypeProto> types(List<ValueInfoProto> infos) {
    Map<String, TypeProto> types = new LinkedHashMap<>();
    infos.forEach(info -> types.put(info.getName(), info.getType()));
    return types;
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void everyStateInputHasAnOutputThatTheMetadataPairsWithIt(StepModel step) {
    for (GradientFilter filter : FILTERS) {
      ModelProto model = step.rewrite(filter).model();
      Map<String, TypeProto> inputs = types(model.getGraph().getInputList());
      Map<String, TypeProto> outputs = types(model.getGraph().getOutputList());
      inputs.keySet().removeAll(types(step.model().getGraph().getInputList()).keySet());
      outputs.keySet().removeAll(types(step.model().getGraph().getOutputList()).keySet());
      List<StateEntry> listed = StateList.of(model);
      assertThat(listed).extracting(StateEntry::input).containsExactlyElementsOf(inputs.keySet());
      assertThat(listed).extracting(StateEntry::output).containsExactlyElementsOf(outputs.keySet());
      for (StateEntry entry : listed) {
        assertThat(entry.input()).startsWith("grokfast/");
        assertThat(entry.output()).isEqualTo(entry.input() + "_new");
        assertThat(outputs.get(entry.output())).isEqualTo(inputs.get(entry.input()));
        assertThat(
                inputs.get(entry.input()).getTensorType().getShape().getDimList().stream()
                    .map(dimension -> dimension.getDimValue()))
            .isEqualTo(entry.shape());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyStateOfAnAlgorithmHasAFirstValueAndABinding(StepModel step) {
    for (GradientFilter filter : FILTERS) {
      ModelProto model = step.rewrite(filter).model();
      var training = model.getTrainingInfo(0);
      Map<String, String> bindings = new LinkedHashMap<>();
      for (StringStringEntryProto binding : training.getUpdateBindingList()) {
        bindings.put(binding.getKey(), binding.getValue());
      }
      assertThat(StateList.of(model)).isNotEmpty();
      for (StateEntry entry : StateList.of(model)) {
        assertThat(entry.output()).isEqualTo(entry.input() + "_new");
        assertThat(bindings).containsEntry(entry.input(), entry.output());
        assertThat(training.getAlgorithm().getInitializerList())
            .filteredOn(tensor -> tensor.getName().equals(entry.input()))
            .extracting(TensorProto::getDimsList)
            .containsExactly(entry.shape());
      }
      assertThat(model.getGraph()).isEqualTo(step.model().getGraph());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "sgd"})
  void everyStateOfArtifactsLiesInTheCheckpointAndBothModelsTakeIt(String optimizer) {
    OrtArtifacts original = ArtifactRun.stored(optimizer);
    for (GradientFilter filter : FILTERS) {
      OrtArtifacts rewritten = new ArtifactsRewriter(filter).apply(original).artifacts();
      GraphProto training = rewritten.training().model().getGraph();
      GraphProto eval = rewritten.eval().orElseThrow().model().getGraph();
      List<StateEntry> listed = StateList.of(rewritten.training().model());
      assertThat(StateList.of(rewritten.eval().orElseThrow().model())).isEqualTo(listed);
      assertThat(rewritten.checkpoint().frozen())
          .extracting(Checkpoint.Entry::name)
          .containsExactlyElementsOf(listed.stream().map(StateEntry::input).toList());
      for (StateEntry entry : listed) {
        assertThat(types(training.getInputList())).containsKey(entry.input());
        assertThat(types(eval.getInputList()).get(entry.input()))
            .isEqualTo(types(training.getInputList()).get(entry.input()));
        // Parameters are read alone; the runtime hides outputs of this name from users.
        assertThat(entry.output()).isEqualTo(entry.input() + "_grad.accumulation.out");
        assertThat(types(training.getOutputList()).containsKey(entry.output()))
            .isEqualTo(!entry.input().matches("grokfast/(alpha|lamb)"));
      }
      assertThat(rewritten.checkpoint().trained()).isEqualTo(original.checkpoint().trained());
    }
  }

  @ParameterizedTest
  @MethodSource("allSteps")
  void whatWasThereStaysAndEveryNewNodeSaysWhereItComesFrom(StepModel step) {
    ModelProto original = withUnknownFields(step.model());
    for (GradientFilter filter : FILTERS) {
      ModelProto model = new OnnxRewriter(filter).apply(original).model();
      assertThat(model.getIrVersion()).isEqualTo(original.getIrVersion());
      assertThat(model.getOpsetImportList()).isEqualTo(original.getOpsetImportList());
      assertThat(model.getUnknownFields()).isEqualTo(original.getUnknownFields());
      assertThat(value(model.getMetadataPropsList(), "grokfast")).startsWith("grokfast ");
      assertThat(value(model.getMetadataPropsList(), "grokfast.filter"))
          .isEqualTo(described(filter, step));
      requireKept(original.getGraph(), model.getGraph());
      for (int i = 0; i < original.getTrainingInfoCount(); i++) {
        requireKept(
            original.getTrainingInfo(i).getAlgorithm(), model.getTrainingInfo(i).getAlgorithm());
      }
      assertThat(OnnxStripper.apply(model).toByteArray()).isEqualTo(original.toByteArray());
    }
  }

  /** Alpha and lamb are constants but where the model itself holds their first values. */
  private static String described(GradientFilter filter, StepModel step) {
    return step.name().startsWith("training_info")
        ? filter.describe()
        : filter.describe().replace("tunable=true", "tunable=false");
  }

  private static void requireKept(GraphProto before, GraphProto after) {
    Set<String> names = new HashSet<>();
    before.getNodeList().forEach(node -> names.add(node.getName()));
    for (NodeProto node : after.getNodeList()) {
      if (names.remove(node.getName())) {
        assertThat(node.getMetadataPropsList()).isEmpty();
        assertThat(node.getUnknownFields().asMap()).containsOnlyKeys(99);
      } else {
        assertThat(node.getName()).startsWith("grokfast/");
        assertThat(value(node.getMetadataPropsList(), "grokfast")).startsWith("grokfast ");
      }
    }
    assertThat(names).isEmpty();
    assertThat(after.getInitializerList()).containsAll(before.getInitializerList());
  }

  private static String value(List<StringStringEntryProto> entries, String key) {
    return entries.stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse("");
  }

  /** A field that no version of the format has, on the model and on every node. */
  private static ModelProto withUnknownFields(ModelProto model) {
    UnknownFieldSet fields =
        UnknownFieldSet.newBuilder()
            .addField(
                99,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .build())
            .build();
    ModelProto.Builder result = model.toBuilder().setUnknownFields(fields);
    result.getGraphBuilder().getNodeBuilderList().forEach(node -> node.setUnknownFields(fields));
    result
        .getTrainingInfoBuilderList()
        .forEach(
            training ->
                training
                    .getAlgorithmBuilder()
                    .getNodeBuilderList()
                    .forEach(node -> node.setUnknownFields(fields)));
    return result.build();
  }
}
