package org.grokfast.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatsTest {
  /** ir_version 8, producer_name "x", an empty graph named "g", opset 17. */
  private static final byte[] MODEL = {8, 8, 18, 1, 'x', 58, 3, 18, 1, 'g', 66, 4, 10, 0, 16, 17};

  private static final byte[] GRAPH =
      "node { name: \"a\" op: \"NoOp\" }\n".getBytes(StandardCharsets.UTF_8);

  private static ModelFile read(byte[] bytes, ReadOptions options) {
    return Formats.read(new ByteArrayInputStream(bytes), "in", options);
  }

  private static ReadOptions forced(String form) {
    return new ReadOptions(ReadLimits.DEFAULTS, Optional.of(form), Set.of());
  }

  @Test
  void eachFormatIsToldByTheContent() {
    assertThat(read(MODEL, ReadOptions.DEFAULTS))
        .extracting(ModelFile::form, ModelFile::described, ModelFile::kind)
        .containsExactly("onnx", "an ONNX model", "ONNX");
    assertThat(read(GRAPH, ReadOptions.DEFAULTS))
        .extracting(ModelFile::form, ModelFile::described, ModelFile::kind)
        .containsExactly("graph-def-text", "a GraphDef in text form", "a TensorFlow graph");
  }

  @Test
  void allFormsAreListed() {
    assertThat(Formats.forms())
        .isSorted()
        .containsSubsequence(
            "graph-def",
            "graph-def-text",
            "meta-graph",
            "meta-graph-text",
            "onnx",
            "saved-model",
            "saved-model-text");
  }

  @Test
  void aFormThatIsAskedForIsNotRecognised() {
    assertThat(read(GRAPH, forced("graph-def-text")).form()).isEqualTo("graph-def-text");
    assertThatThrownBy(() -> read(MODEL, forced("meta-graph")))
        .hasMessageStartingWith("in: not a whole MetaGraphDef: near byte ");
    assertThatThrownBy(() -> read(GRAPH, forced("onnx")))
        .hasMessageStartingWith("in: not an ONNX model.");
  }

  @Test
  void aCutOffModelIsSaidToBeCutOff() {
    byte[] cut = Arrays.copyOf(MODEL, MODEL.length - 2);

    assertThatThrownBy(() -> read(cut, ReadOptions.DEFAULTS))
        .isInstanceOf(GraphFileException.class)
        .hasMessage(
            "in: an ONNX model that is cut off at byte 10 of 14: field 8 announces 4 bytes where 2"
                + " are left. Write or download the file again.");
  }

  @Test
  void whatHasNoFormatIsExplained(@TempDir Path folder) {
    assertThatThrownBy(() -> read(new byte[] {0, 1, 2, 3}, ReadOptions.DEFAULTS))
        .hasMessageStartingWith("in: not a graph file. Expected a GraphDef");
    assertThatThrownBy(() -> read(new byte[0], ReadOptions.DEFAULTS))
        .hasMessage("in: the file is empty. Write or download it again.");
    assertThatThrownBy(() -> Formats.read(folder, ReadOptions.DEFAULTS))
        .hasMessageStartingWith(folder + ": a folder without saved_model.pb");
  }

  @Test
  void aFolderOfIncompleteArtifactsIsSaidToBeThat(@TempDir Path folder) throws IOException {
    Files.createFile(folder.resolve("training_model.onnx"));
    assertThatThrownBy(() -> Formats.read(folder, ReadOptions.DEFAULTS))
        .isInstanceOf(GraphFileException.class)
        .hasMessage(
            folder
                + ": this folder holds artifacts of ONNX Runtime training, but no"
                + " optimizer_model.onnx and no checkpoint. Write the artifacts again with"
                + " onnxruntime.training.artifacts.generate_artifacts.");
    Files.createFile(folder.resolve("optimizer_model.onnx"));
    Files.createFile(folder.resolve("training_model.ort"));
    assertThatThrownBy(() -> Formats.read(folder, ReadOptions.DEFAULTS))
        .hasMessageContaining("training, but no checkpoint. Write the artifacts again");

    Files.createDirectory(folder.resolve("checkpoint"));
    assertThatThrownBy(() -> Formats.read(folder, ReadOptions.DEFAULTS))
        .hasMessageStartingWith(
            folder + ": the checkpoint is a folder, as ONNX Runtime 1.15 and before wrote it.");
  }

  @Test
  void aFolderOfConvertedArtifactsIsSaidToBeThat(@TempDir Path folder) throws IOException {
    Files.createFile(folder.resolve("training_model.ort"));
    Files.createFile(folder.resolve("checkpoint"));

    assertThatThrownBy(() -> Formats.read(folder, ReadOptions.DEFAULTS))
        .hasMessageStartingWith(
            folder
                + ": this folder holds ONNX Runtime's artifacts in its own format"
                + " (training_model.ort), which can't be rewritten.");
  }

  @Test
  void tagsAreForSavedModels() {
    ReadOptions tagged = new ReadOptions(ReadLimits.DEFAULTS, Optional.empty(), Set.of("train"));

    assertThatThrownBy(() -> read(MODEL, tagged))
        .hasMessage(
            "in: --tags chooses a graph of a SavedModel, and this is an ONNX model. Leave --tags"
                + " out.");
    assertThatThrownBy(() -> read(GRAPH, tagged))
        .hasMessageContaining("and this is a GraphDef in text form.");
  }

  @Test
  void filesOfTwoFormatsAreNotCompared() {
    ModelFile model = read(MODEL, ReadOptions.DEFAULTS);
    ModelFile graph = read(GRAPH, ReadOptions.DEFAULTS);

    assertThatThrownBy(() -> model.diff(graph))
        .hasMessage(
            "in: this is a TensorFlow graph, and the other input is ONNX. Give two of one kind.");
    assertThatThrownBy(() -> graph.diff(model))
        .hasMessage(
            "in: this is ONNX, and the other input is a TensorFlow graph. Give two of one kind.");
  }
}
