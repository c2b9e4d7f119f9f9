package org.grokfast.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The files of a run on their way between the driver and an executor: a few megabytes, mostly of
 * checkpoints.
 *
 * @param content their bytes by their paths below the run's folder, parts separated by slashes
 */
record RunFiles(TreeMap<String, byte[]> content) implements Serializable {
  /** The files of a folder, without those that are locks or not whole yet. */
  static RunFiles read(Path folder) throws IOException {
    TreeMap<String, byte[]> content = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return new RunFiles(content);
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).filter(RunFiles::isWhole).toList();
    }
    for (Path file : files) {
      content.put(name(folder.relativize(file)), Files.readAllBytes(file));
    }
    return new RunFiles(content);
  }

  private static boolean isWhole(Path file) {
    return !file.getFileName().toString().startsWith(".");
  }

  private static String name(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }

  boolean isEmpty() {
    return content.isEmpty();
  }

  /**
   * Writes them below a folder, which is made.
   *
   * @throws IOException if one can't be written, or its path leads out of the folder
   */
  void writeTo(Path folder) throws IOException {
    Path root = folder.toAbsolutePath().normalize();
    for (Map.Entry<String, byte[]> file : content.entrySet()) {
      Path target = root.resolve(file.getKey()).normalize();
      if (!target.startsWith(root)) {
        throw new IOException("the file '" + file.getKey() + "' of a run is outside of its folder");
      }
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue());
    }
  }

  /**
   * Deletes a folder with all in it, if it exists. Executors have this module's classes alone, so
   * that no other one's can do it.
   */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> entries;
    try (Stream<Path> walk = Files.walk(folder)) {
      entries = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path entry : entries) {
      Files.delete(entry);
    }
  }
}
