package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.grokfast.tools.console.CommandText;
import org.grokfast.tools.manual.ManPage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the zip and the tar.gz of the distribution hold; runs after the package phase. */
@Tag("process")
class ArchivesCheck {
  private static final int EXECUTABLE = 0111;

  /** A file of an archive. */
  private record Entry(boolean executable, String digest) {}

  /** Names below the folder of the archive. */
  private static final Map<String, Entry> ZIP = new TreeMap<>();

  private static final Map<String, Entry> TAR = new TreeMap<>();

  private static String readme = "";

  @BeforeAll
  static void read() throws IOException, NoSuchAlgorithmException {
    Path zip = archive(".zip");
    String folder = zip.getFileName().toString().replaceFirst("\\.zip$", "/");
    try (ZipFile content = ZipFile.builder().setPath(zip).get()) {
      for (ZipArchiveEntry entry : Collections.list(content.getEntries())) {
        assertThat(entry.getName()).startsWith(folder);
        if (!entry.isDirectory()) {
          byte[] bytes = content.getInputStream(entry).readAllBytes();
          String name = entry.getName().substring(folder.length());
          ZIP.put(name, new Entry((entry.getUnixMode() & EXECUTABLE) != 0, digest(bytes)));
          if (name.equals("README.md")) {
            readme = new String(bytes, StandardCharsets.UTF_8);
          }
        }
      }
    }
    try (InputStream in = Files.newInputStream(archive(".tar.gz"));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                GzipCompressorInputStream.builder().setInputStream(in).get())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        assertThat(entry.getName()).startsWith(folder);
        assertThat(entry.getLongUserId()).as(entry.getName()).isZero();
        if (!entry.isDirectory()) {
          TAR.put(
              entry.getName().substring(folder.length()),
              new Entry((entry.getMode() & EXECUTABLE) != 0, digest(tar.readAllBytes())));
        }
      }
    }
  }

  private static Path archive(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(
              file -> file.getFileName().toString().matches("grokfast-.*" + Pattern.quote(suffix)))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String digest(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void bothArchivesHoldTheSameFiles() {
    assertThat(TAR).isNotEmpty().isEqualTo(ZIP);
    assertThat(ZIP.entrySet().stream().filter(entry -> entry.getValue().executable()))
        .extracting(Map.Entry::getKey)
        .containsExactly("bin/grokfast");
  }

  @Test
  void everyCommandHasItsPageInTheManual() {
    List<String> pages =
        CommandText.all(Main.commandLine()).stream()
            .map(command -> "man/man1/" + ManPage.fileName(command))
            .toList();
    assertThat(ZIP.keySet()).containsAll(pages);
  }

  @Test
  void theReadmeSpeaksOfThisArchiveAndNotOfACheckout() {
    assertThat(readme)
        .contains("bin/grokfast inspect")
        .doesNotContain("./grokfast", "${")
        .containsPattern("tensorflow-core-native:[0-9.]+:jar:linux-x86_64")
        .containsPattern("onnxruntime:onnxruntime:[0-9.]+ ");
    Matcher named = Pattern.compile("`([a-z]+(/[A-Za-z0-9.]+)*)` \\|").matcher(readme);
    int folders = 0;
    while (named.find()) {
      folders++;
      String folder = named.group(1);
      assertThat(ZIP.keySet()).as(folder).anyMatch(name -> name.startsWith(folder + "/"));
    }
    assertThat(folders).isEqualTo(5);
  }

  @Test
  void theReadmeNamesOnlyFilesThatAreThere() {
    Matcher named =
        Pattern.compile("(completion/|docs/)?[a-z]+\\.(bash|zsh|fish|md)\\b").matcher(readme);
    int files = 0;
    while (named.find()) {
      files++;
      String name = named.group();
      assertThat(ZIP.keySet()).anyMatch(file -> file.equals(name) || file.endsWith("/" + name));
    }
    assertThat(files).isGreaterThan(4);
  }

  @Test
  void theLicenceOfEveryJarIsListed() throws IOException {
    Path page = Path.of(System.getProperty("grokfast.root", ".."), "docs/dependencies.md");
    String text = Files.readString(page, StandardCharsets.UTF_8);
    Matcher row = Pattern.compile("\\| `[^:`]+:([^`]+)` \\| ([^ ]+) \\| [^|]+ \\|").matcher(text);
    List<String> listed =
        row.results().map(found -> found.group(1) + "-" + found.group(2) + ".jar").toList();
    List<String> jars =
        ZIP.keySet().stream()
            .filter(name -> name.startsWith("lib/") && !name.startsWith("lib/grokfast-"))
            .map(name -> name.substring("lib/".length()))
            .toList();
    assertThat(jars).isNotEmpty();
    assertThat(listed).containsAll(jars);
  }
}
