package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** What a graph may do to whoever runs it: a line, and exit code 1. */
@Tag("native")
@Tag("process")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UntrustedGraphTest {
  @TempDir private Path folder;
  private final GraphDef.Builder graph = GraphDef.newBuilder();

  private Path out() {
    return folder.resolve("out");
  }

  private Path model() throws IOException {
    graph.getVersionsBuilder().setProducer(1_882);
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder().setGraphDef(graph);
    meta.getMetaInfoDefBuilder().addTags("serve");
    meta.putSignatureDef("serving_default", signature("x:0"));
    meta.putSignatureDef("__saved_model_init_op", signature("init"));
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.write(
        model.resolve("saved_model.pb"),
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(meta)
            .build()
            .toByteArray());
    return model;
  }

  private static SignatureDef signature(String tensor) {
    String key = tensor.equals("init") ? "__saved_model_init_op" : "x";
    return SignatureDef.newBuilder()
        .setMethodName("m")
        .putOutputs(
            key,
            TensorInfo.newBuilder()
                .setName(tensor)
                .setDtype(tensor.equals("init") ? DataType.DT_INVALID : DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.newBuilder())
                .build())
        .build();
  }

  private NodeDef.Builder node(String name, String op, String... inputs) {
    NodeDef.Builder node = graph.addNodeBuilder().setName(name).setOp(op);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node;
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  private void constant(String name, TensorProto value, String... inputs) {
    node(name, "Const", inputs)
        .putAttr("dtype", type(value.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build());
  }

  private static TensorProto text(ByteString text) {
    return TensorProto.newBuilder()
        .setDtype(DataType.DT_STRING)
        .setTensorShape(TensorShapeProto.newBuilder())
        .addStringVal(text)
        .build();
  }

  private void number(String name) {
    constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.newBuilder())
            .addFloatVal(1)
            .build());
  }

  /** An init op that writes a file. */
  private void writesFile(String name, ByteString content) {
    number("x");
    constant("file", text(ByteString.copyFromUtf8(name)));
    constant("content", text(content));
    node("write", "WriteFile", "file", "content");
    node("init", "NoOp", "^write");
  }

  private Invocation export(Object... more) throws IOException {
    return Invocation.of(
        Stream.concat(Stream.of("export", model(), "-o", out()), Stream.of(more)).toArray());
  }

  private void isRefused(Invocation run, String... texts) {
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err().lines()).singleElement().asString().contains(texts);
    assertThat(out()).doesNotExist();
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().contains(".tmp"));
  }

  /** What no optimisation of the graph takes out. */
  private void random(String name, String... inputs) {
    node(name, "RandomUniform", inputs)
        .putAttr("dtype", type(DataType.DT_FLOAT))
        .putAttr("T", type(DataType.DT_INT64));
  }

  @Test
  void aGraphWithEffectsIsNotRun() throws IOException {
    Path written = folder.resolve("written");
    writesFile(written.toString(), ByteString.copyFromUtf8("x"));
    isRefused(export(), "does something outside of itself", "'write' (WriteFile", "--trust");
    assertThat(written).doesNotExist();
  }

  @Test
  void aTrustedGraphIsRunInAFolderThatGoes() throws IOException {
    writesFile("relative-file", ByteString.copyFromUtf8("x"));
    Invocation run = export("--trust");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(out().resolve("saved_model.pb")).exists();
    assertThat(Path.of("relative-file")).doesNotExist();
  }

  @Test
  void aFileThatGrowsTooLargeIsAnError() throws IOException {
    Path written = folder.resolve("written");
    writesFile(written.toString(), ByteString.copyFrom(new byte[3 << 20]));
    isRefused(export("--trust", "--file-size", 1), "File too large");
    assertThat(Files.size(written)).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void aLongChainThatOverflowsTheStackEndsTheChildAlone() throws IOException {
    number("x");
    dimensions(1);
    random("start", "dims");
    String last = "start";
    for (int i = 0; i < 200_000; i++) {
      node("n" + i, "Identity", last).putAttr("T", type(DataType.DT_FLOAT));
      last = "n" + i;
    }
    random("end", "dims", "^" + last);
    node("init", "NoOp", "^end");
    Invocation run = export();
    isRefused(run, "SIG", "nothing was written");
  }

  private void dimensions(long size) {
    constant(
        "dims",
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT64)
            .setTensorShape(
                TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(1)))
            .addInt64Val(size)
            .build());
  }

  @Test
  void anEndlessInitializerIsKilled() throws IOException {
    number("x");
    node("enter", "Enter", "x")
        .putAttr("T", type(DataType.DT_FLOAT))
        .putAttr("frame_name", AttrValue.newBuilder().setS(ByteString.copyFromUtf8("f")).build());
    node("merge", "Merge", "enter", "next")
        .putAttr("T", type(DataType.DT_FLOAT))
        .putAttr("N", AttrValue.newBuilder().setI(2).build());
    constant(
        "true",
        TensorProto.newBuilder()
            .setDtype(DataType.DT_BOOL)
            .setTensorShape(TensorShapeProto.newBuilder())
            .addBoolVal(true)
            .build(),
        "^merge");
    node("cond", "LoopCond", "true");
    node("switch", "Switch", "merge", "cond").putAttr("T", type(DataType.DT_FLOAT));
    node("body", "Neg", "switch:1").putAttr("T", type(DataType.DT_FLOAT));
    node("next", "NextIteration", "body").putAttr("T", type(DataType.DT_FLOAT));
    node("exit", "Exit", "switch").putAttr("T", type(DataType.DT_FLOAT));
    node("init", "NoOp", "^exit");
    isRefused(
        export("--timeout", 6), "had not ended after 6 s and was killed; nothing was written");
  }

  @Test
  void anAllocationBeyondTheMemoryIsAnError() throws IOException {
    number("x");
    dimensions(3L << 30);
    random("fill", "dims");
    node("init", "NoOp", "^fill");
    isRefused(export("--memory", 8_192), "OOM when allocating");
  }
}
