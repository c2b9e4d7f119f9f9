package org.grokfast.io;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.text.Characters;

/** Recognises files that are often given by mistake, and says what to give instead. */
public final class ForeignContent {
  private static final int LOOKED_AT = 512;

  private ForeignContent() {}

  /**
   * What is wrong and what to do; empty if nothing is recognised.
   *
   * @param bytes the file's content
   * @param source the file's name, for the commands that name it
   */
  public static Optional<String> of(byte[] bytes, String source) {
    if (bytes.length == 0) {
      return Optional.of("the file is empty. Write or download it again.");
    }
    String head =
        new String(bytes, 0, Math.min(bytes.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    return text(head, source).or(() -> binary(head));
  }

  private static Optional<String> text(String head, String source) {
    String start = head.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("version https://git-lfs.github.com/spec/")) {
      return Optional.of(
          "this is a Git LFS pointer, not the file itself. Run: git lfs pull" + include(source));
    }
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return Optional.of(
          "this is an HTML page, probably a download that ended at a login or error page. Download"
              + " the raw file.");
    }
    if (start.startsWith("{") && Characters.isPrintable(head)) {
      return Optional.of(
          "this is JSON. Export the graph as a GraphDef or a SavedModel; protobuf's JSON form and"
              + " TensorFlow.js models are not read.");
    }
    if (head.startsWith("\u00ff\u00fe") || head.startsWith("\u00fe\u00ff")) {
      return Optional.of("this is text in UTF-16. Save it as UTF-8.");
    }
    return Optional.empty();
  }

  /** Only this file, where its name needs no quoting: the command is there to be pasted. */
  private static String include(String source) {
    String name = source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
    return name.matches("[A-Za-z0-9_.-]+") ? " --include=" + name : "";
  }

  private static Optional<String> binary(String head) {
    if (head.startsWith("\u001f\u008b")) {
      return archive("gzip", "gunzip or tar xzf");
    }
    if (head.startsWith("PK\u0003\u0004")) {
      return Optional.of(zip(head));
    }
    if (head.startsWith("BZh")) {
      return archive("bzip2", "bunzip2 or tar xjf");
    }
    if (head.startsWith("\u00fd7zXZ\0")) {
      return archive("xz", "unxz or tar xJf");
    }
    if (head.startsWith("(\u00b5/\u00fd")) {
      return archive("zstd", "unzstd");
    }
    if (head.startsWith("ustar", 257)) {
      return archive("tar", "tar xf");
    }
    if (head.startsWith("\u0089HDF\r\n\u001a\n")) {
      return Optional.of(
          "this is an HDF5 file (a Keras model or its weights), which holds no graph. Load it in"
              + " Keras and save it with tf.saved_model.save or model.export.");
    }
    if (head.startsWith("ORTM", 4)) {
      return Optional.of(
          "this is a model in ONNX Runtime's own format (.ort), which can't be rewritten. Give the"
              + " .onnx model that it was converted from.");
    }
    if (head.startsWith("ODTC", 4)) {
      return Optional.of(
          "this is a checkpoint of ONNX Runtime training, which holds no graph. Give the folder"
              + " with all artifacts.");
    }
    if (head.startsWith("TFL3", 4)) {
      return Optional.of(
          "this is a TensorFlow Lite model, which can't be trained here. Give the SavedModel that"
              + " it was converted from.");
    }
    if (head.startsWith("\u0089PNG\r\n") || head.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(
          "this is an image. Give a graph (.pb, .pbtxt, .meta, .onnx or a SavedModel).");
    }
    if (head.startsWith("%PDF-")) {
      return Optional.of(
          "this is a PDF. Give a graph (.pb, .pbtxt, .meta, .onnx or a SavedModel).");
    }
    if (head.length() > 1 && head.charAt(0) == 0x80 && head.charAt(1) >= 2 && head.charAt(1) <= 5) {
      return Optional.of(
          "this is a Python pickle (perhaps a PyTorch checkpoint), which is not read. Export the"
              + " model as ONNX.");
    }
    return Optional.empty();
  }

  private static String zip(String head) {
    if (head.startsWith("metadata.json", 30) || head.startsWith("config.json", 30)) {
      return "this is a Keras 3 model (.keras), which holds no graph. Load it in Keras and save it"
          + " with tf.saved_model.save or model.export.";
    }
    if (head.contains("/data.pkl")) {
      return "this is a PyTorch checkpoint, which is not read. Export the model as ONNX.";
    }
    return "this is a zip archive. Unpack it first (unzip) and give the graph in it.";
  }

  private static Optional<String> archive(String kind, String command) {
    return Optional.of(
        "this is a " + kind + " archive. Unpack it first (" + command + ") and give the graph.");
  }
}
