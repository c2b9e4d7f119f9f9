package org.grokfast.tensorflow.file;

import com.google.protobuf.Message;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.io.ForeignContent;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;
import org.grokfast.io.ReadLimits;
import org.grokfast.tensorflow.file.SavedModelFile.Origin;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * Reads graph files. The form is recognised by the content, never by the name, unless one is
 * forced. Immutable.
 *
 * <p>What is read is whole and within the limits, but not otherwise checked: see {@link
 * GraphValidator} for files from elsewhere.
 */
public final class GraphFileReader {
  /** The name of standard input in messages. */
  public static final String STANDARD_INPUT = "standard input";

  private final ReadLimits limits;
  private final Optional<GraphForm> forced;

  /** A reader that recognises the form, within the default limits. */
  public GraphFileReader() {
    this(ReadLimits.DEFAULTS);
  }

  /** A reader that recognises the form, within limits. */
  public GraphFileReader(ReadLimits limits) {
    this(limits, Optional.empty());
  }

  private GraphFileReader(ReadLimits limits, Optional<GraphForm> forced) {
    this.limits = limits;
    this.forced = forced;
  }

  /** A reader that takes every file to have this form. */
  public GraphFileReader forcing(GraphForm form) {
    return new GraphFileReader(limits, Optional.of(form));
  }

  /**
   * Reads a file, or the folder of a SavedModel.
   *
   * @throws GraphFileException if it can't be read, with what to do
   */
  public GraphFile read(Path path) {
    return parse(open(path));
  }

  /**
   * Reads a stream to its end; the caller closes it. A SavedModel's message is read too, without
   * variables and assets.
   *
   * @param source the stream's name for messages, such as {@link #STANDARD_INPUT}
   * @throws GraphFileException if it can't be read or is longer than the limit
   */
  public GraphFile read(InputStream in, String source) {
    return parse(open(in, source));
  }

  /**
   * Reads the content of a file, or of the message in the folder of a SavedModel, and recognises
   * its form, ONNX included.
   *
   * @throws GraphFileException if it can't be read or has no form of a graph, with what it is
   */
  public GraphContent open(Path path) {
    if (Files.isDirectory(path)) {
      return openFolder(path);
    }
    String source = path.toString();
    byte[] bytes = new InputBytes(limits).of(path);
    GraphForm form = form(source, path.getFileName(), bytes);
    if (forced.isEmpty() && isSavedModel(form)) {
      throw new GraphFileException(
          source
              + ": this is the message of a SavedModel without its variables. Give the folder"
              + " instead: "
              + Optional.ofNullable(path.getParent()).map(Path::toString).orElse("."));
    }
    return new GraphContent(source, form, Optional.of(path), bytes);
  }

  /**
   * Reads a stream to its end, which the caller closes, and recognises the form, ONNX included.
   *
   * @param source the stream's name for messages, such as {@link #STANDARD_INPUT}
   * @throws GraphFileException if it can't be read or has no form of a graph, with what it is
   */
  public GraphContent open(InputStream in, String source) {
    byte[] bytes = new InputBytes(limits).of(in, source);
    return new GraphContent(source, form(source, null, bytes), Optional.empty(), bytes);
  }

  /**
   * Parses what was opened.
   *
   * @throws GraphFileException if it is damaged, beyond the limits or no TensorFlow graph
   */
  public GraphFile parse(GraphContent content) {
    String source = content.source();
    GraphForm form = content.form();
    MessageParser parser = new MessageParser(source, limits);
    if (form == GraphForm.GRAPH_DEF) {
      return new GraphDefFile(source, form, parser.parseGraph(content.bytes()));
    }
    Message message = parser.parse(content.bytes(), form);
    if (message instanceof GraphDef graph) {
      return new GraphDefFile(source, form, GraphParts.of(graph));
    }
    if (message instanceof MetaGraphDef metaGraph) {
      return new MetaGraphFile(source, form, metaGraph);
    }
    Optional<Path> folder = content.path().filter(Files::isDirectory);
    return SavedModelFile.of(new Origin(source, form, folder), (SavedModel) message);
  }

  /**
   * Reads bytes, which may change afterwards.
   *
   * @param source their name for messages
   * @throws GraphFileException if they are no graph file or more than the limit
   */
  public GraphFile read(byte[] bytes, String source) {
    limits.checkBytes(source, bytes.length);
    byte[] own = bytes.clone();
    return parse(new GraphContent(source, form(source, null, own), Optional.empty(), own));
  }

  /**
   * The form of a file or folder, ONNX included, by its content.
   *
   * @throws GraphFileException if it has none of them, with what it is
   */
  public GraphForm recognise(Path path) {
    if (Files.isDirectory(path)) {
      return SavedModelFolder.isText(SavedModelFolder.message(path))
          ? GraphForm.SAVED_MODEL_TEXT
          : GraphForm.SAVED_MODEL;
    }
    return form(path.toString(), path.getFileName(), new InputBytes(limits).of(path));
  }

  /**
   * The form of bytes, ONNX included.
   *
   * @throws GraphFileException if they have none of them, with what they are
   */
  public GraphForm recognise(byte[] bytes, String source) {
    return form(source, null, bytes);
  }

  private GraphContent openFolder(Path folder) {
    Path message = SavedModelFolder.message(folder);
    String source = message.toString();
    byte[] bytes = new InputBytes(limits).of(message);
    GraphForm form = form(source, message.getFileName(), bytes);
    if (!isSavedModel(form)) {
      throw new GraphFileException(
          source
              + ": this is "
              + form.described()
              + " under the name of a SavedModel. Give this file itself, under another name.");
    }
    return new GraphContent(folder.toString(), form, Optional.of(folder), bytes);
  }

  private static boolean isSavedModel(GraphForm form) {
    return form == GraphForm.SAVED_MODEL || form == GraphForm.SAVED_MODEL_TEXT;
  }

  private GraphForm form(String source, Path name, byte[] bytes) {
    ForeignContent.of(bytes, source)
        .or(() -> CheckpointContent.of(bytes))
        .ifPresent(
            fault -> {
              throw new GraphFileException(source + ": " + fault);
            });
    if (forced.isPresent()) {
      return forced.get();
    }
    TextForm text = TextForm.of(bytes);
    Optional<GraphForm> textForm = text.form();
    if (textForm.isPresent()) {
      return textForm.get();
    }
    Optional<BinaryForm> binary = BinaryForm.of(bytes);
    binary
        .flatMap(BinaryForm::fault)
        .ifPresent(
            fault -> {
              throw new GraphFileException(
                  source
                      + ": a "
                      + binary.get().form().label()
                      + (fault.cut() ? " that is cut off" : " that is damaged")
                      + " at byte "
                      + fault.offset()
                      + " of "
                      + bytes.length
                      + ": "
                      + fault.getMessage()
                      + ". Write or download the file again.",
                  fault);
            });
    return binary.map(BinaryForm::form).orElseThrow(() -> unknown(source, name, text, bytes));
  }

  private GraphFileException unknown(String source, Path name, TextForm text, byte[] bytes) {
    Optional<String> byName =
        name == null ? Optional.empty() : CheckpointContent.byName(name.toString());
    if (byName.isPresent()) {
      return new GraphFileException(source + ": " + byName.get());
    }
    if (text.printable()) {
      // Parsed for the place at which it stops being a graph.
      try {
        new MessageParser(source, limits).parse(bytes, GraphForm.GRAPH_DEF_TEXT);
      } catch (GraphFileException e) {
        return new GraphFileException(
            e.getMessage().replaceFirst("\\.$", "")
                + ". Give a graph (.pb, .pbtxt, .meta, .onnx or a SavedModel).",
            e);
      }
      return new GraphFileException(
          source + ": the text holds no field of a graph. Write the file again.");
    }
    return new GraphFileException(
        source
            + ": not a graph file. Expected a GraphDef (.pb, .pbtxt), a MetaGraphDef (.meta) or a"
            + " SavedModel folder.");
  }
}
