package org.grokfast.tests.packaging;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;

/** The checkout that is tested, and the jars that its build made. */
final class Checkout {
  static final Path ROOT =
      Path.of(System.getProperty("grokfast.root", "..")).toAbsolutePath().normalize();

  private Checkout() {}

  static String version() {
    return Pom.read(ROOT.resolve("pom.xml")).text("/project/version");
  }

  /** The jar of a module; a test is skipped where the build has not reached the package phase. */
  static Path jar(String module) throws IOException {
    Path target = ROOT.resolve(module).resolve("target");
    Path jar = target.resolve("grokfast-" + module + "-" + version() + ".jar");
    assumeTrue(Files.isRegularFile(jar), jar + " is missing: run mvn verify, not mvn test");
    FileTime made = Files.getLastModifiedTime(jar);
    try (Stream<Path> classes = Files.walk(target.resolve("classes"))) {
      boolean fresh =
          classes
              .filter(Files::isRegularFile)
              .noneMatch(file -> modified(file).compareTo(made) > 0);
      assumeTrue(fresh, jar + " is older than its classes: run mvn verify, not mvn test");
    }
    return jar;
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
