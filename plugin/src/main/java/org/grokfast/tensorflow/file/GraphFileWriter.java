package org.grokfast.tensorflow.file;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.TextFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.FolderKind;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;
import org.grokfast.io.Overwrite;

/**
 * Writes graph files in the form in which they were read. The same graph gives the same bytes: maps
 * are written in the order of their keys, and nodes that were read in binary form and not changed
 * as they were.
 */
public final class GraphFileWriter {
  /** The folder of a SavedModel. */
  public static final FolderKind SAVED_MODEL =
      new FolderKind("a SavedModel", SavedModelFolder::isSavedModel);

  private GraphFileWriter() {}

  /**
   * Writes a file or, for a SavedModel that was read from a folder, a folder with its variables,
   * assets and all else that was beside the graph. {@code fingerprint.pb} is carried over and still
   * describes the original graph.
   *
   * @throws GraphFileException if the output may not be replaced or can't be written
   */
  public static void write(GraphFile file, Path target, Overwrite overwrite) {
    requireSize(file);
    AtomicOutput output = new AtomicOutput(target, overwrite);
    Optional<Path> folder =
        file instanceof SavedModelFile model ? model.origin().folder() : Optional.empty();
    if (folder.isEmpty()) {
      output.writeFile(out -> writeMessage(file, out));
      return;
    }
    requireOutside(folder.get(), target);
    output.writeFolder(
        SAVED_MODEL,
        place -> {
          SavedModelFolder.copyRest(folder.get(), place);
          Path message =
              place.resolve(file.form().isText() ? SavedModelFolder.TEXT : SavedModelFolder.BINARY);
          try (OutputStream out = Files.newOutputStream(message)) {
            writeMessage(file, out);
          }
        });
  }

  /**
   * Writes the message to a stream, which is flushed and left open. Variables and assets of a
   * SavedModel are not part of it.
   *
   * @throws GraphFileException if the stream can't be written
   */
  public static void write(GraphFile file, OutputStream out) {
    requireSize(file);
    try {
      writeMessage(file, out);
    } catch (IOException e) {
      throw new GraphFileException("the output could not be written: " + e.getMessage() + ".", e);
    }
  }

  private static void writeMessage(GraphFile file, OutputStream out) throws IOException {
    if (file.form().isText()) {
      Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
      TextFormat.printer().print(file.message(), text);
      text.flush();
      return;
    }
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    file.writeTo(coded);
    coded.flush();
    out.flush();
  }

  private static void requireSize(GraphFile file) {
    if (!file.form().isText() && file.serializedSize() > Integer.MAX_VALUE) {
      throw new GraphFileException(
          file.source()
              + ": the graph to write is larger than the 2 GiB that a protobuf message can have."
              + " Keep large constants in variables.");
    }
  }

  private static void requireOutside(Path folder, Path target) {
    try {
      Path root = folder.toRealPath();
      Path place = target.toAbsolutePath().normalize();
      for (Path above = place.getParent(); above != null; above = above.getParent()) {
        if (Files.exists(above) && above.toRealPath().startsWith(root)) {
          throw new GraphFileException(
              target + ": lies inside the SavedModel that is read. Choose another output.");
        }
      }
    } catch (IOException e) {
      throw InputBytes.unreadable(folder.toString(), e);
    }
  }
}
