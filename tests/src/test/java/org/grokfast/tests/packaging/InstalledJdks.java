package org.grokfast.tests.packaging;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The JDKs of this machine: this one, its neighbours and those that variables name. */
final class InstalledJdks {
  private InstalledJdks() {}

  /** The home of a JDK of a feature release such as 21. */
  static Optional<Path> find(int feature) throws IOException {
    List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      if (variable.getKey().startsWith("JAVA_HOME")) {
        homes.add(Path.of(variable.getValue()));
      }
    }
    for (String folder : List.of("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines")) {
      if (Files.isDirectory(Path.of(folder))) {
        try (Stream<Path> found = Files.list(Path.of(folder))) {
          found
              .sorted()
              .flatMap(jdk -> Stream.of(jdk, jdk.resolve("Contents/Home")))
              .forEach(homes::add);
        }
      }
    }
    for (Path home : homes) {
      if (feature(home) == feature && Files.isExecutable(home.resolve("bin/javac"))) {
        return Optional.of(home);
      }
    }
    return Optional.empty();
  }

  /** The feature release that a JDK's file {@code release} names; 0 if there is none. */
  private static int feature(Path home) throws IOException {
    Path file = home.resolve("release");
    if (!Files.isRegularFile(file)) {
      return 0;
    }
    Properties release = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      release.load(in);
    }
    String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Integer.parseInt(version.replaceFirst("[^0-9].*", ""));
  }
}
