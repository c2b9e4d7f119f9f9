package org.grokfast.tools.verify.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.grokfast.io.GraphFileException;
import org.grokfast.tools.verify.ChildProcess.Program;

/**
 * ONNX Runtime with training kernels, which no one artifact has: the classes of one, and the native
 * library of another.
 *
 * @param classes the jar with the classes
 * @param library the jar with the native library
 */
record TrainingRuntime(Path classes, Path library) {
  static final String CLASSES = "com.microsoft.onnxruntime:onnxruntime:1.24.1";
  static final String LIBRARY = "org.bytedeco:onnxruntime:1.24.1-1.5.13:jar:linux-x86_64";

  private static final String API = "ai/onnxruntime/OrtTrainingSession.class";
  private static final Pattern NATIVE =
      Pattern.compile("org/bytedeco/onnxruntime/[^/]+/libonnxruntime\\.[^/]+");

  /**
   * Finds the two jars in a folder.
   *
   * @throws GraphFileException if there is no folder or one is missing: what to fetch
   */
  static TrainingRuntime in(Optional<Path> folder) {
    if (folder.isEmpty()) {
      throw missing("--ort-training FOLDER");
    }
    Path classes = null;
    Path library = null;
    try (Stream<Path> files = Files.list(folder.get())) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        classes = entry(jar, Pattern.compile(Pattern.quote(API))).isPresent() ? jar : classes;
        library = entry(jar, NATIVE).isPresent() ? jar : library;
      }
    } catch (IOException e) {
      throw new GraphFileException(folder.get() + ": cannot be read: " + e.getMessage(), e);
    }
    if (classes == null || library == null) {
      throw missing("--ort-training " + folder.get());
    }
    return new TrainingRuntime(classes, library);
  }

  private static GraphFileException missing(String option) {
    String copy = "'mvn dependency:copy -DoutputDirectory=FOLDER -Dartifact=";
    return new GraphFileException(
        "this needs ONNX Runtime with training kernels; fetch it with "
            + copy
            + CLASSES
            + "' and "
            + copy
            + LIBRARY
            + "', and give "
            + option);
  }

  private static Optional<String> entry(Path jar, Pattern name) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().map(ZipEntry::getName).filter(n -> name.matcher(n).matches()).findFirst();
    }
  }

  /** A program that runs on it; the library is unpacked into a folder. */
  Program program(Class<?> main, Path folder) throws IOException {
    Path unpacked = folder.resolve("runtime");
    String name = entry(library, NATIVE).orElseThrow();
    try (ZipFile zip = new ZipFile(library.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name))) {
      Files.copy(in, unpacked);
    }
    return new Program(
        main,
        StockRuntime.COMPARING,
        List.of("-Donnxruntime.native.onnxruntime.path=" + unpacked),
        List.of(classes));
  }
}
