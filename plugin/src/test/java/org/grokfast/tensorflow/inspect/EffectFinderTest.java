package org.grokfast.tensorflow.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grokfast.tensorflow.file.Fixtures.node;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;

class EffectFinderTest {
  private static NodeDef with(NodeDef node, String attribute, String text) {
    return node.toBuilder()
        .putAttr(attribute, AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build())
        .build();
  }

  private static NodeDef typed(NodeDef node, String attribute, DataType type) {
    return node.toBuilder()
        .putAttr(attribute, AttrValue.newBuilder().setType(type).build())
        .build();
  }

  private static NodeDef text(String name, String value) {
    return node(name, "Const").toBuilder()
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(
                    TensorProto.newBuilder()
                        .setDtype(DataType.DT_STRING)
                        .addStringVal(ByteString.copyFromUtf8(value)))
                .build())
        .build();
  }

  private static NodeDef path(String name) {
    return typed(node(name, "Placeholder"), "dtype", DataType.DT_STRING);
  }

  private static NodeDef byDefault(String name, String value) {
    return typed(node(name, "PlaceholderWithDefault", value), "dtype", DataType.DT_STRING);
  }

  private static List<Hazard> find(NodeDef... nodes) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    for (NodeDef node : nodes) {
      graph.addNode(node);
    }
    return EffectFinder.find(graph.build());
  }

  @ParameterizedTest
  @CsvSource({
    "ReadFile, file-access",
    "WriteFile, file-access",
    "SaveV2, file-access",
    "Save, file-access",
    "SaveSlices, file-access",
    "MergeV2Checkpoints, file-access",
    "RestoreV2, file-access",
    "DebugIdentityV2, file-access",
    "DebugIdentity, file-access",
    "WriteSummary, file-access",
    "CreateSummaryFileWriter, file-access",
    "WriteScalarSummary, file-access",
    "DatasetToTFRecord, file-access",
    "ExperimentalDatasetToTFRecord, file-access",
    "SaveDatasetV2, file-access",
    "SnapshotDatasetV2, file-access",
    "CacheDatasetV2, file-access",
    "TFRecordDataset, file-access",
    "ImmutableConst, file-access",
    "GenerateVocabRemapping, file-access",
    "DumpTensor, file-access",
    "CollectiveReduceV2, network",
    "RpcCall, network",
    "RegisterDatasetV2, network",
    "PyFunc, foreign-code",
    "PyFuncStateless, foreign-code",
    "DatasetFromGraph, foreign-code",
    "Abort, ends-process",
    "ConfigureDistributedTPU, unknown-effect",
    "MyOwnOp, unknown-effect"
  })
  void anEffectIsNamed(String op, String kind) {
    List<Hazard> hazards = find(text("path", "/tmp/x"), node("n", op, "path", "path"));
    assertThat(hazards).hasSize(1);
    assertThat(hazards.get(0).kind().label()).isEqualTo(kind);
    assertThat(hazards.get(0).node()).isEqualTo("n");
    assertThat(hazards.get(0).text()).startsWith(op + " ").contains("trusted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MatMul",
        "VarHandleOp",
        "AssignSubVariableOp",
        "ApplyAdam",
        "ResourceApplyAdam",
        "FIFOQueueV2",
        "QueueDequeueV2",
        "IteratorGetNext",
        "TensorSliceDataset",
        "HashTableV2",
        "StackPushV2",
        "TensorArrayV3",
        "RandomUniform",
        "StatefulUniform",
        "MutexLock",
        "StatefulPartitionedCall",
        "While",
        "Assert",
        "Print",
        "PrintV2"
      })
  void stateOfTheGraphItselfIsNone(String op) {
    assertThat(find(node("n", op))).isEmpty();
  }

  @Test
  void printingToAFileIsNamedAndPrintingToTheLogIsNot() {
    assertThat(find(with(node("n", "PrintV2"), "output_stream", "file:///tmp/x"))).hasSize(1);
    assertThat(find(with(node("n", "PrintV2"), "output_stream", "stdout"))).isEmpty();
  }

  @Test
  void effectsAreFoundInFunctionsThatNothingCalls() {
    GraphDef graph =
        GraphDef.newBuilder()
            .setLibrary(
                FunctionDefLibrary.newBuilder()
                    .addFunction(
                        FunctionDef.newBuilder()
                            .setSignature(OpDef.newBuilder().setName("f"))
                            .addNodeDef(node("n", "WriteFile"))))
            .build();
    assertThat(EffectFinder.find(graph)).extracting(Hazard::node).containsExactly("f/n");
  }

  @Test
  void aCallOfAFunctionByItsNameIsNoUnknownOp() {
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(node("n", "f"))
            .setLibrary(
                FunctionDefLibrary.newBuilder()
                    .addFunction(
                        FunctionDef.newBuilder().setSignature(OpDef.newBuilder().setName("f"))))
            .build();
    assertThat(EffectFinder.find(graph)).isEmpty();
  }

  @Test
  void aSaverWhosePathIsFedIsNone() {
    assertThat(
            find(
                path("path"),
                text("part", "_temp/part"),
                node("join", "StringJoin", "path", "part"),
                node("save", "SaveV2", "join"),
                node("restore", "RestoreV2", "path")))
        .isEmpty();
  }

  @Test
  void aSaverWithAPathByDefaultIsNoneIfNothingElseWaitsForIt() {
    assertThat(
            find(
                text("model", "model"),
                byDefault("path", "model"),
                node("save", "SaveV2", "path"),
                typed(node("saved", "Identity", "path", "^save"), "T", DataType.DT_STRING),
                node("apply", "ApplyGradientDescent"),
                node("train", "NoOp", "^apply")))
        .isEmpty();
  }

  @Test
  void aSaverThatTheTrainOpRunsByDefaultIsNamed() {
    assertThat(
            find(
                text("model", "/etc/x"),
                byDefault("path", "model"),
                node("save", "SaveV2", "path"),
                node("apply", "ApplyGradientDescent"),
                node("train", "NoOp", "^apply", "^save")))
        .extracting(Hazard::node)
        .containsExactly("save");
  }

  @Test
  void aSaverThatTheLossRunsByDefaultIsNamed() {
    assertThat(
            find(
                text("model", "/etc/x"),
                byDefault("path", "model"),
                node("save", "SaveV2", "path"),
                typed(node("loss", "Identity", "x", "^save"), "T", DataType.DT_FLOAT)))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thePathOfASaverInAFunctionIsWhatItsCallsPass(boolean fed) {
    AttrValue function =
        AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName("f")).build();
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(fed ? path("path") : text("path", "/tmp/x"))
            .addNode(
                node("call", "StatefulPartitionedCall", "path").toBuilder().putAttr("f", function))
            .setLibrary(
                FunctionDefLibrary.newBuilder()
                    .addFunction(
                        FunctionDef.newBuilder()
                            .setSignature(
                                OpDef.newBuilder()
                                    .setName("f")
                                    .addInputArg(OpDef.ArgDef.newBuilder().setName("prefix")))
                            .addNodeDef(node("save", "SaveV2", "prefix"))))
            .build();
    assertThat(EffectFinder.find(graph)).hasSize(fed ? 0 : 1);
  }

  @Test
  void aCacheInMemoryIsNone() {
    assertThat(find(text("none", ""), node("n", "CacheDatasetV2", "data", "none"))).isEmpty();
  }

  @Test
  void anAttributeThatSaysInsertedHidesNoEffect() {
    NodeDef forged = with(node("n", "WriteFile", "path"), "_grokfast", "1");
    assertThat(find(text("path", "/tmp/x"), forged)).hasSize(1);
  }

  @Test
  void equalHazardsAreOneWithAllNodes() {
    GraphDef.Builder graph = GraphDef.newBuilder();
    for (int i = 0; i < 376; i++) {
      graph.addNode(node("read" + i, "ReadFile"));
    }
    List<Hazard> hazards = HazardFinder.find(graph.build(), List.of());
    assertThat(hazards).hasSize(1);
    assertThat(hazards.get(0).count()).isEqualTo(376);
    assertThat(hazards.get(0).node()).isEqualTo("read0");
  }
}
