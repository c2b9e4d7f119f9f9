package org.grokfast.onnx.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.io.ReadLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxValidatorTest {
  @TempDir Path folder;

  private static NodeProto.Builder node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName("n_" + output)
        .addOutput(output)
        .addAllInput(java.util.List.of(inputs));
  }

  private static ModelProto.Builder model(NodeProto.Builder... nodes) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("g");
    graph.addInput(ValueInfoProto.newBuilder().setName("x"));
    for (NodeProto.Builder node : nodes) {
      graph.addNode(node);
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph);
  }

  private static void validate(ModelProto.Builder model) {
    OnnxValidator.validate(new OnnxFile("m", model.build(), Optional.empty()));
  }

  private static void refused(ModelProto.Builder model, String message) {
    assertThatThrownBy(() -> validate(model))
        .isInstanceOf(GraphFileException.class)
        .hasMessageStartingWith("m: ")
        .hasMessageContaining(message);
  }

  @Test
  void aSoundModelIsAccepted() {
    assertThatCode(() -> validate(model(node("Neg", "a", "x"), node("Neg", "b", "a", ""))))
        .doesNotThrowAnyException();
  }

  @Test
  void nodesOutOfOrderAreNamed() {
    refused(
        model(node("Neg", "b", "a"), node("Neg", "a", "x")),
        "node \"n_b\" (Neg) takes tensor \"a\", which node \"n_a\" (Neg) makes only later: the nodes"
            + " are not sorted. Sort them topologically.");
  }

  @Test
  void aTensorMadeTwiceIsNotSingleAssignment() {
    refused(
        model(node("Neg", "a", "x"), node("Abs", "a", "x")),
        "name \"a\", output of node \"n_a\" (Abs) in the graph, is taken already, there or in an"
            + " outer graph: the model is not in single assignment form. Rename one of the two.");
  }

  @Test
  void aNameInABodyMayNotShadowAnOuterOne() {
    GraphProto body =
        GraphProto.newBuilder()
            .addNode(node("Neg", "a", "x"))
            .addOutput(ValueInfoProto.newBuilder().setName("a"))
            .build();
    NodeProto.Builder branch =
        node("If", "c", "x")
            .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(body));
    refused(
        model(node("Neg", "a", "x"), branch), "name \"a\", output of node \"n_a\" (Neg) in a body");
    assertThatCode(() -> validate(model(branch))).doesNotThrowAnyException();
  }

  @Test
  void aNameThatIsNoTextIsRefused() {
    NodeProto.Builder node = node("Neg", "a", "x");
    node.clearOutput().addOutputBytes(ByteString.copyFrom(new byte[] {'a', (byte) 0xff}));
    refused(model(node), "output of node \"n_a\" (Neg) in the graph, is no UTF-8 text. Rename it.");
  }

  @Test
  void anUnknownTensorIsNamedWithTheNearest() {
    refused(
        model(node("Neg", "hidden", "x"), node("Neg", "b", "hiden")),
        "takes tensor \"hiden\", which nothing makes. Did you mean \"hidden\"?");
  }

  @Test
  void anUnimportedDomainIsNamed() {
    refused(
        model(node("Neg", "a", "x").setDomain("com.example")),
        "is of the domain \"com.example\", which opset_import does not list");
  }

  @Test
  void oldVersionsAndMissingImportsAreRefusedByField() {
    refused(model().setIrVersion(2), "field ir_version is 2, but 3 or later is needed");
    refused(model().clearOpsetImport(), "field opset_import is empty");
    refused(
        model().addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(9)),
        "imports the domain \"ai.onnx\" twice");
  }

  @Test
  void tensorsWhoseDataDoNotFillThemAreRefused() {
    ModelProto.Builder model = model();
    TensorProto.Builder tensor =
        model.getGraphBuilder().addInitializerBuilder().setName("t").setDataType(1).addDims(3);
    tensor.setRawData(com.google.protobuf.ByteString.copyFrom(new byte[8]));
    refused(model, "tensor \"t\" has 8 bytes of raw_data where its dimensions need 12");
    tensor.clearRawData().clearDims().addDims(1L << 40).addDims(1L << 40);
    refused(model, "of which one is negative or the product overflows");
  }

  private static ModelProto.Builder external(String location, String length) {
    ModelProto.Builder model = model();
    model
        .getGraphBuilder()
        .addInitializerBuilder()
        .setName("t")
        .setDataType(1)
        .addDims(2)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("length", length));
    return model;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void externalDataStaysInsideItsFolder() {
    for (String location :
        new String[] {"../secret", "/etc/passwd", "a/../../b", "C:\\x", "..\\x"}) {
      refused(external(location, "8"), "outside the model's folder");
    }
    refused(external("", "8"), "names no file");
    refused(external("data", "-1"), "length must be a number >= 0, was \"-1\"");
  }

  @Test
  void externalDataIsCheckedButNotLoadedAndCopiedBesideTheOutput() throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.write(file, external("data.bin", "8").build().toByteArray());
    OnnxFile read = new OnnxReader().read(file);
    assertThatThrownBy(() -> OnnxValidator.validate(read))
        .hasMessageContaining("lies in \"data.bin\", which is missing. Put it beside the model.");
    Files.write(folder.resolve("data.bin"), new byte[4]);
    assertThatThrownBy(() -> OnnxValidator.validate(read))
        .hasMessageContaining("takes 8 bytes from byte 0 of \"data.bin\", which has 4");
    Files.write(folder.resolve("data.bin"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    OnnxValidator.validate(read);
    Path other = Files.createDirectory(folder.resolve("other"));
    OnnxWriter.write(read, other.resolve("out.onnx"), Overwrite.REFUSE);
    assertThat(other.resolve("data.bin")).hasBinaryContent(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThat(other.resolve("out.onnx")).hasSameBinaryContentAs(file);
    Files.delete(folder.resolve("data.bin"));
    Files.createSymbolicLink(folder.resolve("data.bin"), other.resolve("data.bin"));
    assertThatThrownBy(() -> OnnxValidator.validate(read)).hasMessageContaining("is a link");
  }

  @Test
  void theOutputNeverReplacesTheDataOfItsModel() throws IOException {
    Path file = folder.resolve("m.onnx");
    Path data = folder.resolve("data.bin");
    byte[] content = {1, 2, 3, 4, 5, 6, 7, 8};
    Files.write(file, external("data.bin", "8").build().toByteArray());
    Files.write(data, content);
    Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), data);
    Path other = Files.createDirectory(folder.resolve("other"));
    OnnxFile read = new OnnxReader().read(file);
    for (Path target : new Path[] {data, link, other.resolve("data.bin")}) {
      assertThatThrownBy(() -> OnnxWriter.write(read, target, Overwrite.REPLACE))
          .hasMessageContaining(
              "m.onnx: the model's tensors lie in \"data.bin\", which the output would replace."
                  + " Give the output another name.");
    }
    assertThat(data).hasBinaryContent(content);
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void limitsAndForeignContentAreNamed() {
    byte[] bytes = model(node("Neg", "a", "x"), node("Neg", "b", "a")).build().toByteArray();
    OnnxReader narrow = new OnnxReader(ReadLimits.builder().maxNodes(1).build());
    assertThatThrownBy(() -> narrow.read(bytes, "m"))
        .hasMessage(
            "m: 2 nodes are more than the limit of 1. Raise it with --max-nodes if the file"
                + " is trusted.");
    assertThatThrownBy(
            () ->
                new OnnxReader()
                    .read("\u0018\0\0\0ORTM\0\0".getBytes(StandardCharsets.ISO_8859_1), "m"))
        .hasMessageContaining("ONNX Runtime's own format (.ort)");
    assertThatThrownBy(
            () -> new OnnxReader().read(java.util.Arrays.copyOf(bytes, bytes.length - 5), "m"))
        .hasMessageContaining("not a whole ONNX model: near byte");
  }

  @Test
  void unknownFieldsOfNewerVersionsSurviveByteForByte() throws IOException {
    for (int ir = 10; ir <= 13; ir++) {
      byte[] bytes =
          model(node("Neg", "a", "x"))
              .setIrVersion(ir)
              .setUnknownFields(
                  com.google.protobuf.UnknownFieldSet.newBuilder()
                      .addField(
                          26,
                          com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                              .addLengthDelimited(
                                  com.google.protobuf.ByteString.copyFromUtf8("configuration"))
                              .build())
                      .build())
              .build()
              .toByteArray();
      assertThat(new OnnxReader().read(bytes, "m").model().toByteArray()).isEqualTo(bytes);
    }
  }
}
