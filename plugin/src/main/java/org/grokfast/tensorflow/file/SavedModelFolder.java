package org.grokfast.tensorflow.file;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;

/** The layout of a SavedModel folder, and the copying of all in it but the graph. */
final class SavedModelFolder {
  static final String BINARY = "saved_model.pb";
  static final String TEXT = "saved_model.pbtxt";
  private static final String CHUNKED = "saved_model.cpb";
  private static final Set<String> MESSAGES = Set.of(BINARY, TEXT);

  private SavedModelFolder() {}

  /** The file with the graph; TensorFlow prefers the binary one too. */
  static Path message(Path folder) {
    if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
      throw InputBytes.noPermission(folder.toString(), null);
    }
    for (String name : new String[] {BINARY, TEXT}) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        requireInside(folder, file);
        return file;
      }
    }
    throw missing(folder);
  }

  /** The error for a folder that is no SavedModel. */
  static GraphFileException missing(Path folder) {
    return Files.isReadable(folder) && Files.isExecutable(folder)
        ? new GraphFileException(folder + ": " + explain(folder))
        : InputBytes.noPermission(folder.toString(), null);
  }

  static boolean isText(Path message) {
    return message.endsWith(TEXT);
  }

  static boolean isSavedModel(Path folder) {
    return MESSAGES.stream().anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  private static String explain(Path folder) {
    if (Files.exists(folder.resolve(CHUNKED))) {
      return "this SavedModel is in the chunked form ("
          + CHUNKED
          + "), which is not read. Save the model with a graph below 2 GiB, with large constants in"
          + " variables.";
    }
    if (Files.exists(folder.resolve("variables.index"))) {
      return "this is the variables folder of a SavedModel. Give the folder above it.";
    }
    try (var entries = Files.list(folder)) {
      Optional<Path> inside =
          entries
              .filter(Files::isDirectory)
              .filter(SavedModelFolder::isSavedModel)
              .sorted()
              .findFirst();
      if (inside.isPresent()) {
        return "no SavedModel, but there is one in it. Give " + inside.get();
      }
    } catch (IOException e) {
      throw InputBytes.unreadable(folder.toString(), e);
    }
    return "a folder without "
        + BINARY
        + " or "
        + TEXT
        + " is no SavedModel. Give a SavedModel folder or a graph file (.pb, .pbtxt, .meta).";
  }

  /** Copies variables, assets and whatever else there is; the graph is written by the caller. */
  static void copyRest(Path from, Path to) throws IOException {
    Path root = from.toRealPath();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(target(folder));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (root.equals(file.getParent()) && MESSAGES.contains(file.getFileName().toString())) {
              return FileVisitResult.CONTINUE;
            }
            requireInside(root, file);
            if (!Files.isRegularFile(file)) {
              throw new GraphFileException(
                  file
                      + ": neither a file nor a folder, so it can't be copied with the SavedModel."
                      + " Remove it or replace it by a copy of what it leads to.");
            }
            Files.copy(file, target(file));
            return FileVisitResult.CONTINUE;
          }

          private Path target(Path path) {
            return to.resolve(root.relativize(path).toString());
          }
        });
  }

  /** Refuses a symbolic link that leads out of the folder. */
  private static void requireInside(Path folder, Path file) {
    if (!Files.isSymbolicLink(file)) {
      return;
    }
    try {
      if (file.toRealPath().startsWith(folder.toRealPath())) {
        return;
      }
    } catch (IOException e) {
      throw new GraphFileException(
          file + ": a symbolic link that leads nowhere. Restore what it led to.", e);
    }
    throw new GraphFileException(
        file
            + ": a symbolic link that leads out of the SavedModel is not followed. Give a copy with"
            + " the files themselves (cp -rL).");
  }
}
