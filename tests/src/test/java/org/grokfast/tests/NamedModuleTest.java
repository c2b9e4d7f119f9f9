package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plugin as the module {@code org.grokfast}, and a program of a named module that requires
 * nothing else. The descriptor is compiled here against the classes under test, as the build does
 * it for the jar.
 */
class NamedModuleTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));
  private static final Path DESCRIPTOR = ROOT.resolve("plugin/src/main/module/module-info.java");
  private static final Path SOURCES = ROOT.resolve("plugin/src/main/java");
  private static final List<String> DEPENDENCIES =
      List.of(
          "tensorflow-",
          "ndarray-",
          "protobuf-java-",
          "javacpp-",
          "tribuo-util-onnx-",
          "flatbuffers-java-",
          "slf4j-api-",
          "jackson-core-",
          "jackson-annotations-",
          "jackson-databind-");

  @TempDir Path folder;

  /** All dependencies but ONNX Runtime, which is for programs that use it. */
  private static String dependencies(String... more) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            path -> {
              String name = String.valueOf(Path.of(path).getFileName());
              return Stream.concat(DEPENDENCIES.stream(), Stream.of(more))
                      .anyMatch(name::startsWith)
                  && Files.isRegularFile(Path.of(path));
            })
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void javac(Object... args) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(writer, writer, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    assertThat(code).as(out.toString()).isZero();
  }

  /** The plugin's classes with the descriptor; taken from the packages of its sources. */
  private Path module() throws IOException, URISyntaxException {
    Path built =
        Path.of(Grokfast.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (!Files.isDirectory(built)) {
      return built;
    }
    Path descriptor = folder.resolve("descriptor");
    javac(
        "-d",
        descriptor,
        "--release",
        "17",
        "--module-path",
        dependencies("onnxruntime-"),
        "--patch-module",
        "org.grokfast=" + built,
        DESCRIPTOR);
    Path jar = folder.resolve("plugin.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, "module-info.class", descriptor.resolve("module-info.class"));
      for (String name : packages()) {
        Path directory = built.resolve(name);
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
            add(out, name + "/" + file.getFileName(), file);
          }
        }
      }
      Path resources = ROOT.resolve("plugin/src/main/resources");
      try (Stream<Path> files = Files.walk(resources)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String name = resources.relativize(file).toString().replace('\\', '/');
          if (!Files.exists(built.resolve(name))) {
            add(out, name, file);
          }
        }
      }
    }
    return jar;
  }

  private static Set<String> packages() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> SOURCES.relativize(file.getParent()).toString().replace('\\', '/'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void add(JarOutputStream out, String name, Path file) throws IOException {
    out.putNextEntry(new JarEntry(name));
    Files.copy(file, out);
    out.closeEntry();
  }

  @Test
  void theModuleExportsTheApiPackages() throws IOException, URISyntaxException {
    ModuleDescriptor descriptor =
        ModuleFinder.of(module()).find("org.grokfast").orElseThrow().descriptor();
    String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    String list = page.substring(page.indexOf("may call the API packages"));
    list = list.substring(0, list.indexOf("Public classes elsewhere"));
    assertThat(descriptor.exports())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder(
            Arrays.stream(list.split("`"))
                .filter(word -> word.startsWith("org.grokfast"))
                .toArray(String[]::new));
  }

  @Test
  void theModuleProvidesWhatTheServiceFileLists() throws IOException, URISyntaxException {
    ModuleDescriptor descriptor =
        ModuleFinder.of(module()).find("org.grokfast").orElseThrow().descriptor();
    Path services =
        ROOT.resolve("plugin/src/main/resources/META-INF/services/org.grokfast.io.GraphFormat");
    assertThat(descriptor.provides())
        .flatExtracting(ModuleDescriptor.Provides::providers)
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(services));
  }

  @Test
  @Tag("native")
  @Tag("process")
  void aProgramOfANamedModuleWrapsALiveGraph() throws Exception {
    Path program = Path.of(getClass().getResource("/named-module/module-info.java").toURI());
    assumeThat(dependencies()).contains("tensorflow-core-native");
    String path = String.join(File.pathSeparator, module().toString(), dependencies());
    Path classes = folder.resolve("program");
    javac(
        "-d",
        classes,
        "--release",
        "17",
        "--module-path",
        path,
        program,
        program.resolveSibling("sample/Main.java"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("--module-path");
    command.add(classes + File.pathSeparator + path);
    command.addAll(List.of("-m", "sample.training/sample.Main", folder.toString()));
    Path errors = folder.resolve("errors.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output;
    try (InputStream in = process.getInputStream();
        OutputStream out = new ByteArrayOutputStream()) {
      in.transferTo(out);
      output = out.toString();
    }
    assertThat(process.waitFor()).as(output + Files.readString(errors)).isZero();
    assertThat(output.lines())
        .containsExactly(
            "named=true", "json=true", "w=-0.5,-1.0", "continues=true", "kind=a TensorFlow graph");
  }
}
