package org.grokfast.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes the Python wheel: the Python files, the jars of the distribution and the metadata of PEP
 * 427; run by the build, which needs no Python for it. Equal contents give equal bytes.
 */
public final class PythonWheel {
  private final Map<String, byte[]> files = new TreeMap<>();
  private final String project;

  private PythonWheel(String project) {
    this.project = project;
  }

  /**
   * Writes {@code grokfast_graph-<version>-py3-none-any.whl}.
   *
   * @param args the zip of the distribution, the folder of the Python project, the folder to write
   *     into, the version as Maven writes it, and the time that entries get (ISO 8601)
   */
  public static void main(String[] args) throws IOException {
    Path python = Path.of(args[1]);
    PythonWheel wheel =
        new PythonWheel(Files.readString(python.resolve("pyproject.toml"), StandardCharsets.UTF_8));
    String version = version(args[3]);
    if (!wheel.entry("version").equals(version)) {
      throw new IllegalStateException(
          python.resolve("pyproject.toml")
              + " has the version "
              + wheel.entry("version")
              + ", but the one of the POM, "
              + args[3]
              + ", is "
              + version
              + " in Python; set it there");
    }
    String name = wheel.entry("name").replace('-', '_');
    wheel.addSources(python.resolve(name), name);
    wheel.addJars(Path.of(args[0]), name + "/lib/");
    wheel.addMetadata(python, name + "-" + version + ".dist-info/", version);
    String file = name + "-" + version + "-py3-none-any.whl";
    Files.write(Path.of(args[2], file), wheel.zip(Instant.parse(args[4])));
  }

  /** The version as Python writes it: {@code 0.1.0.dev0} for {@code 0.1.0-SNAPSHOT}. */
  static String version(String maven) {
    return maven.replace("-SNAPSHOT", ".dev0").replaceFirst("-(a|b|rc)\\.?(\\d+)$", "$1$2");
  }

  /** A text of the project's table. */
  private String entry(String key) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(key) + " = \\[?\"([^\"]*)\"]?$").matcher(project);
    if (!line.find()) {
      throw new IllegalStateException("pyproject.toml has no line " + key + " = \"…\"");
    }
    return line.group(1);
  }

  private void addSources(Path folder, String name) throws IOException {
    try (Stream<Path> sources = Files.list(folder)) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".py")).toList()) {
        files.put(name + "/" + source.getFileName(), Files.readAllBytes(source));
      }
    }
  }

  private void addJars(Path distribution, String folder) throws IOException {
    try (ZipFile zip = new ZipFile(distribution.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        Matcher jar = Pattern.compile("[^/]+/lib/([^/]+\\.jar)").matcher(entry.getName());
        if (jar.matches()) {
          try (InputStream in = zip.getInputStream(entry)) {
            files.put(folder + jar.group(1), in.readAllBytes());
          }
        }
      }
    }
  }

  private void addMetadata(Path python, String folder, String version) throws IOException {
    String readme = Files.readString(python.resolve("README.md"), StandardCharsets.UTF_8);
    put(
        folder + "METADATA",
        String.format(
            Locale.ROOT,
            """
            Metadata-Version: 2.1
            Name: %s
            Version: %s
            Summary: %s
            License: Apache-2.0
            Requires-Python: %s
            Provides-Extra: java
            Requires-Dist: %s; extra == "java"
            Description-Content-Type: text/markdown

            %s""",
            entry("name"),
            version,
            entry("description"),
            entry("requires-python"),
            entry("java"),
            readme));
    put(
        folder + "WHEEL",
        """
        Wheel-Version: 1.0
        Generator: grokfast
        Root-Is-Purelib: true
        Tag: py3-none-any
        """);
    put(
        folder + "entry_points.txt",
        String.format(
            Locale.ROOT, "[console_scripts]\n%s = %s\n", entry("name"), entry(entry("name"))));
    files.put(folder + "LICENSE", Files.readAllBytes(python.toRealPath().resolve("../../LICENSE")));
    StringBuilder rows = new StringBuilder();
    files.forEach(
        (name, bytes) ->
            rows.append(
                String.format(
                    Locale.ROOT, "%s,sha256=%s,%d\n", name, digest(bytes), bytes.length)));
    put(folder + "RECORD", rows.append(folder).append("RECORD,,\n").toString());
  }

  private void put(String name, String text) {
    files.put(name, text.replace("\r", "").getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] zip(Instant time) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        // Local, since that is how a zip writes it: the same bytes in every time zone.
        entry.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
