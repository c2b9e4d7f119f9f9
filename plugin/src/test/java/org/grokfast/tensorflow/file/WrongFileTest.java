package org.grokfast.tensorflow.file;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.grokfast.io.GraphFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are given by mistake get one message that says what they are and what to do. */
class WrongFileTest {
  private final GraphFileReader reader = new GraphFileReader();

  static Stream<Arguments> wrongFiles() throws IOException {
    return Stream.of(
        Arguments.of("", "the file is empty. Write or download it again."),
        Arguments.of(
            "version https://git-lfs.github.com/spec/v1\noid sha256:12\n",
            "this is a Git LFS pointer, not the file itself. Run: git lfs pull"),
        Arguments.of("\n<!DOCTYPE html><html>", "this is an HTML page"),
        Arguments.of("{\"node\": []}", "this is JSON."),
        Arguments.of("\u00ff\u00fen\0o\0", "this is text in UTF-16. Save it as UTF-8."),
        Arguments.of(latin(gzip()), "this is a gzip archive. Unpack it first"),
        Arguments.of(latin(zip("graph.pb")), "this is a zip archive. Unpack it first"),
        Arguments.of(latin(zip("metadata.json")), "this is a Keras 3 model (.keras)"),
        Arguments.of(latin(zip("archive/data.pkl")), "this is a PyTorch checkpoint"),
        Arguments.of("x".repeat(257) + "ustar", "this is a tar archive. Unpack it first"),
        Arguments.of("BZh91AY", "this is a bzip2 archive."),
        Arguments.of("\u00fd7zXZ\0", "this is a xz archive."),
        Arguments.of("(\u00b5/\u00fd", "this is a zstd archive."),
        Arguments.of("\u0089HDF\r\n\u001a\n\0", "this is an HDF5 file"),
        Arguments.of("\u001c\0\0\0TFL3", "this is a TensorFlow Lite model"),
        Arguments.of("\u0089PNG\r\n\u001a\n", "this is an image."),
        Arguments.of("\u00ff\u00d8\u00ff\u00e0", "this is an image."),
        Arguments.of("%PDF-1.7", "this is a PDF."),
        Arguments.of("\u0080\u0002}q", "this is a Python pickle"),
        Arguments.of(
            "model_checkpoint_path: \"model\"\n",
            "this is the text file that names the newest checkpoint, not a graph."),
        Arguments.of(
            latin(Fixtures.bytes("checkpoint/model.index")),
            "this is the index of a checkpoint, which holds values and no graph."));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void isNamedWithWhatToDo(String content, String message) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> reader.read(bytes, "in.pb"))
        .isInstanceOf(GraphFileException.class)
        .hasMessageStartingWith("in.pb: " + message);
  }

  @Test
  void onnxIsRecognisedAndNotRead() {
    // ir_version 8, producer_name "x", an empty graph named "g", opset 17.
    byte[] model = {8, 8, 18, 1, 'x', 58, 3, 18, 1, 'g', 66, 4, 10, 0, 16, 17};

    assertThatThrownBy(() -> reader.recognise(model, "in.onnx"))
        .isInstanceOf(GraphFileException.class);
    assertThatThrownBy(() -> reader.read(model, "in.onnx"))
        .hasMessage("in.onnx: this is an ONNX model, not a TensorFlow graph. Read it as ONNX.");
  }

  @Test
  void theFingerprintOfASavedModelIsNotTakenForOnnx() {
    assertThatThrownBy(() -> reader.read(Fixtures.path("saved_model/fingerprint.pb")))
        .hasMessageContaining(": not a graph file. Expected a GraphDef");
  }

  @Test
  void theDataOfACheckpointIsToldByItsNameWhereItsContentSaysNothing(@TempDir Path folder)
      throws IOException {
    Path data = folder.resolve("model.data-00000-of-00001");
    Files.write(data, new byte[] {0, 0, 0, 63});

    assertThatThrownBy(() -> reader.read(data))
        .hasMessageStartingWith(data + ": this looks like the data of a checkpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam.pb", "adam.meta", "saved_model/saved_model.pb"})
  void aCutOffFileIsSaidToBeCutOffWithThePlace(String name) {
    byte[] whole = Fixtures.bytes(name);
    byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);

    assertThatThrownBy(() -> reader.read(cut, "in.pb"))
        .isInstanceOf(GraphFileException.class)
        .hasMessageContaining("that is cut off at byte ")
        .hasMessageContaining(" of " + cut.length + ": field ")
        .hasMessageEndingWith("Write or download the file again.");
  }

  @Test
  void textThatIsNoGraphIsRefusedWithLineAndColumn() {
    assertThatThrownBy(() -> read("import tensorflow as tf\n"))
        .hasMessageMatching("in: line 1, column \\d+: not a GraphDef in text form: .*");
    assertThatThrownBy(() -> read("node {\n  name: \"a\"\n  colour: 3\n}\n"))
        .hasMessage(
            "in: line 3, column 3: not a GraphDef in text form: unknown field"
                + " tensorflow.NodeDef.colour. If a newer TensorFlow wrote it, give the binary"
                + " form, which keeps unknown fields.");
    assertThatThrownBy(() -> read("# only a comment\n"))
        .hasMessage("in: the text holds no field of a graph. Write the file again.");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    assertThatThrownBy(
            () ->
                reader.read(
                    "node { name: \"\u00e9\" }".getBytes(StandardCharsets.ISO_8859_1), "in"))
        .hasMessage("in: the text is not UTF-8. Save it as UTF-8.");
  }

  @Test
  void otherBytesAreSaidToBeNoGraph() {
    assertThatThrownBy(() -> reader.read(new byte[] {7, 7, 7, 7, 0, 1}, "in"))
        .hasMessage(
            "in: not a graph file. Expected a GraphDef (.pb, .pbtxt), a MetaGraphDef (.meta) or a"
                + " SavedModel folder.");
  }

  private void read(String text) {
    reader.read(text.getBytes(StandardCharsets.UTF_8), "in");
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(1);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(1);
    }
    return bytes.toByteArray();
  }
}
