package org.grokfast.tensorflow.file;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.grokfast.io.ForeignContent;
import org.grokfast.io.Formats;
import org.grokfast.io.GraphContent;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.io.ReadOptions;
import org.grokfast.tensorflow.file.SavedModelFile.Origin;

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
   * @throws GraphFileException if it can't be read or is no TensorFlow graph, with what to do
   */
  public GraphFile read(Path path) {
    return read(GraphContent.of(path, limits));
  }

  /**
   * Reads a stream to its end; the caller closes it. A SavedModel's message is read too, without
   * variables and assets.
   *
   * @param source the stream's name for messages, such as {@link #STANDARD_INPUT}
   * @throws GraphFileException as for a path
   */
  public GraphFile read(InputStream in, String source) {
    return read(GraphContent.of(in, source, limits));
  }

  /**
   * Reads bytes, which may change afterwards.
   *
   * @param source their name for messages
   * @throws GraphFileException as for a path
   */
  public GraphFile read(byte[] bytes, String source) {
    limits.checkBytes(source, bytes.length);
    return read(GraphContent.of(bytes.clone(), source, limits));
  }

  private GraphFile read(GraphContent content) {
    if (!content.isFolder()) {
      refuseForeign(content);
    }
    return find(content).orElseThrow(() -> explain(content));
  }

  /**
   * Reads content; empty if it is no TensorFlow graph.
   *
   * @throws GraphFileException if it is one, or a part of a checkpoint, and can't be read, is
   *     damaged or beyond the limits
   */
  public Optional<GraphFile> find(GraphContent content) {
    return content.isFolder() ? inFolder(content) : inFile(content);
  }

  /**
   * The form of a file or folder by its content.
   *
   * @throws GraphFileException if it has none of them, with what it is
   */
  public GraphForm recognise(Path path) {
    if (Files.isDirectory(path)) {
      return SavedModelFolder.isText(SavedModelFolder.message(path))
          ? GraphForm.SAVED_MODEL_TEXT
          : GraphForm.SAVED_MODEL;
    }
    return recognise(GraphContent.of(path, limits));
  }

  /**
   * The form of bytes.
   *
   * @throws GraphFileException if they have none of them, with what they are
   */
  public GraphForm recognise(byte[] bytes, String source) {
    return recognise(GraphContent.of(bytes, source, limits));
  }

  private GraphForm recognise(GraphContent content) {
    refuseForeign(content);
    return form(content).orElseThrow(() -> explain(content));
  }

  private Optional<GraphFile> inFile(GraphContent content) {
    Optional<GraphForm> form = form(content);
    if (form.isPresent()
        && forced.isEmpty()
        && isSavedModel(form.get())
        && content.path().isPresent()) {
      throw new GraphFileException(
          content.source()
              + ": this is the message of a SavedModel without its variables. Give the folder"
              + " instead: "
              + content.path().map(Path::getParent).map(Path::toString).orElse("."));
    }
    return form.map(found -> parse(content.source(), found, content.bytes(), Optional.empty()));
  }

  private Optional<GraphFile> inFolder(GraphContent content) {
    Path folder = content.path().orElseThrow();
    if (!SavedModelFolder.isSavedModel(folder)) {
      return Optional.empty();
    }
    GraphContent message = GraphContent.of(SavedModelFolder.message(folder), limits);
    GraphForm form = recognise(message);
    if (!isSavedModel(form)) {
      throw new GraphFileException(
          message.source()
              + ": this is a "
              + form.label()
              + " under the name of a SavedModel. Give this file itself, under another name.");
    }
    return Optional.of(parse(content.source(), form, message.bytes(), Optional.of(folder)));
  }

  private GraphFile parse(String source, GraphForm form, byte[] bytes, Optional<Path> folder) {
    MessageParser parser = new MessageParser(source, limits);
    return switch (form) {
      case GRAPH_DEF, GRAPH_DEF_TEXT -> new GraphDefFile(source, form, parser.graph(bytes, form));
      case META_GRAPH, META_GRAPH_TEXT ->
          new MetaGraphFile(source, form, parser.metaGraph(bytes, form));
      case SAVED_MODEL, SAVED_MODEL_TEXT ->
          SavedModelFile.of(new Origin(source, form, folder), parser.savedModel(bytes, form));
    };
  }

  private static boolean isSavedModel(GraphForm form) {
    return form == GraphForm.SAVED_MODEL || form == GraphForm.SAVED_MODEL_TEXT;
  }

  private static void refuseForeign(GraphContent content) {
    ForeignContent.of(content.bytes(), content.source())
        .ifPresent(
            fault -> {
              throw new GraphFileException(content.source() + ": " + fault);
            });
  }

  private Optional<GraphForm> form(GraphContent content) {
    byte[] bytes = content.bytes();
    CheckpointContent.of(bytes)
        .ifPresent(
            fault -> {
              throw new GraphFileException(content.source() + ": " + fault);
            });
    if (forced.isPresent()) {
      return forced;
    }
    Optional<GraphForm> textForm = TextForm.of(bytes).form();
    if (textForm.isPresent()) {
      return textForm;
    }
    Optional<BinaryForm> binary = BinaryForm.of(bytes);
    binary
        .flatMap(BinaryForm::fault)
        .ifPresent(
            fault -> {
              throw fault.in(content.source(), "a " + binary.get().form().label(), bytes.length);
            });
    return binary.map(BinaryForm::form);
  }

  /** The error that says what content that is no TensorFlow graph is, and what to do. */
  public GraphFileException explain(GraphContent content) {
    String source = content.source();
    if (content.isFolder()) {
      return SavedModelFolder.missing(content.path().orElseThrow());
    }
    Optional<String> byName =
        content
            .path()
            .map(Path::getFileName)
            .flatMap(name -> CheckpointContent.byName(name.toString()));
    if (byName.isPresent()) {
      return new GraphFileException(source + ": " + byName.get());
    }
    if (TextForm.of(content.bytes()).printable()) {
      // Parsed for the place at which it stops being a graph.
      try {
        new MessageParser(source, limits).parse(content.bytes(), GraphForm.GRAPH_DEF_TEXT);
      } catch (GraphFileException e) {
        return new GraphFileException(
            e.getMessage().replaceFirst("\\.$", "")
                + ". Give a graph (.pb, .pbtxt, .meta, .onnx or a SavedModel).",
            e);
      }
      return new GraphFileException(
          source + ": the text holds no field of a graph. Write the file again.");
    }
    ReadOptions plain = new ReadOptions(limits, Optional.empty(), Set.of());
    return new GraphFileException(
        Formats.find(content, plain)
            .map(
                other ->
                    source
                        + ": this is "
                        + other.described()
                        + ", not a TensorFlow graph. Read it as "
                        + other.kind()
                        + ".")
            .orElse(
                source
                    + ": not a graph file. Expected a GraphDef (.pb, .pbtxt), a MetaGraphDef (.meta)"
                    + " or a SavedModel folder."));
  }
}
