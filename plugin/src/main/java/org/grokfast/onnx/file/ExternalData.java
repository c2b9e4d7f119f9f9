package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;
import org.grokfast.io.Overwrite;
import org.grokfast.io.Quote;

/**
 * The files beside a model that hold its large tensors. They are never loaded; their places are
 * checked: inside the model's folder, no symbolic links, offset and length within the file.
 */
public final class ExternalData {
  private final OnnxFile file;
  private final TreeSet<String> locations = new TreeSet<>();

  private ExternalData(OnnxFile file) {
    this.file = file;
  }

  /**
   * The external data of a model.
   *
   * @throws GraphFileException if an entry lacks its place, leads out of the folder, or is larger
   *     than its file; or if a file is missing
   */
  public static ExternalData of(OnnxFile file) {
    ExternalData data = new ExternalData(file);
    Tensors.forEach(file.model(), data::add);
    return data;
  }

  /** Whether all tensors lie in the model itself. */
  public boolean isEmpty() {
    return locations.isEmpty();
  }

  private void add(TensorProto tensor) {
    if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
      return;
    }
    Map<String, String> entries = new LinkedHashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    String tensorName = Quote.name(tensor.getName());
    if (location.isEmpty()) {
      throw fault(tensorName, "names no file. Export the model again.");
    }
    requireContained(tensorName, location);
    long offset = number(tensorName, entries, "offset");
    long length = number(tensorName, entries, "length");
    locations.add(location);
    if (file.path().isPresent()) {
      requireInFile(tensorName, location, offset, length);
    }
  }

  private static void requireContainedPath(Path location) {
    if (location.isAbsolute() || location.normalize().startsWith("..")) {
      throw new InvalidPathException(location.toString(), "leads out of the model's folder");
    }
  }

  private void requireContained(String tensor, String location) {
    try {
      // A backslash separates folders for some runtimes, whatever this system makes of it.
      requireContainedPath(Path.of(location.replace('\\', '/')));
      if (location.matches("[A-Za-z]:.*")) {
        throw new InvalidPathException(location, "leads out of the model's folder");
      }
    } catch (InvalidPathException e) {
      throw fault(
          tensor,
          "lies in "
              + Quote.name(location)
              + ", outside the model's folder. Export the model with its data beside it.");
    }
  }

  private long number(String tensor, Map<String, String> entries, String key) {
    String text = entries.get(key);
    if (text == null) {
      return 0;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw fault(tensor, key + " must be a number >= 0, was " + Quote.name(text) + ".");
  }

  private void requireInFile(String tensor, String location, long offset, long length) {
    Path place = place(location);
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      throw fault(
          tensor,
          "lies in " + Quote.name(location) + ", which is missing. Put it beside the model.");
    }
    try {
      Path folder = folder().toRealPath();
      if (!place.toRealPath().equals(folder.resolve(location).normalize())
          || !Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
        throw fault(
            tensor,
            "lies in "
                + Quote.name(location)
                + ", which is a link or no file. Put the file itself beside the model.");
      }
      long size = Files.size(place);
      if (offset > size || length > size - offset) {
        throw fault(
            tensor,
            "takes "
                + length
                + " bytes from byte "
                + offset
                + " of "
                + Quote.name(location)
                + ", which has "
                + size
                + ". Write or download that file again.");
      }
    } catch (IOException e) {
      throw InputBytes.unreadable(place.toString(), e);
    }
  }

  private Path folder() {
    return Optional.ofNullable(file.path().orElseThrow().toAbsolutePath().getParent())
        .orElseThrow();
  }

  private Path place(String location) {
    return folder().resolve(location).normalize();
  }

  /** Copies the files to where an output will look for them, unless they are there already. */
  void copyBeside(Path target, Overwrite overwrite) {
    if (isEmpty()) {
      return;
    }
    Path to = Optional.ofNullable(target.toAbsolutePath().normalize().getParent()).orElseThrow();
    if (file.path().isEmpty()) {
      throw new GraphFileException(
          file.source()
              + ": the model's tensors lie in files beside it ("
              + Quote.name(locations.first())
              + "), which a stream does not have. Give the model's path.");
    }
    for (String location : locations) {
      requireApart(location, to.resolve(location).normalize(), target);
    }
    for (String location : locations) {
      Path from = place(location);
      Path copy = to.resolve(location).normalize();
      try {
        if (Files.exists(copy) && Files.isSameFile(from, copy)) {
          continue;
        }
        Files.createDirectories(Optional.ofNullable(copy.getParent()).orElseThrow());
      } catch (IOException e) {
        throw InputBytes.unreadable(copy.toString(), e);
      }
      new AtomicOutput(copy, overwrite).writeFile(out -> Files.copy(from, out));
    }
  }

  /** The model may not be written over the data that it needs. */
  private void requireApart(String location, Path copy, Path target) {
    boolean same = copy.equals(target.toAbsolutePath().normalize());
    try {
      same |= Files.exists(target) && Files.isSameFile(place(location), target);
    } catch (IOException e) {
      throw InputBytes.unreadable(target.toString(), e);
    }
    if (same) {
      throw new GraphFileException(
          file.source()
              + ": the model's tensors lie in "
              + Quote.name(location)
              + ", which the output would replace. Give the output another name.");
    }
  }

  private GraphFileException fault(String tensor, String what) {
    return new GraphFileException(
        file.source() + ": the external data of tensor " + tensor + " " + what);
  }
}
