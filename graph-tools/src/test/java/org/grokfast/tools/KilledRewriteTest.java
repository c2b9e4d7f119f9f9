package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A rewrite that is killed leaves the old output or the new one. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Tag("process")
class KilledRewriteTest {
  @TempDir Path folder;

  @Test
  void killedAtAnyMomentTheOutputIsTheOldOrTheNewOne() throws Exception {
    Path in = Fixtures.write(folder, "in.pb", Fixtures.big(3_000));
    Path target = Files.createDirectory(folder.resolve("target"));
    Path out = target.resolve("out.pb");
    long start = System.nanoTime();
    assertThat(rewrite(in, out).waitFor()).isZero();
    long whole = System.nanoTime() - start;
    byte[] fresh = Files.readAllBytes(out);
    byte[] old = "old".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(5);
    Set<Boolean> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Files.write(out, old);
      Process process = rewrite(in, out);
      // Half of the moments lie in the last part, in which the output is written.
      double share = i % 2 == 0 ? random.nextDouble() : 0.6 + 0.5 * random.nextDouble();
      process.waitFor((long) (whole * share), TimeUnit.NANOSECONDS);
      process.destroyForcibly().waitFor();
      byte[] found = Files.readAllBytes(out);
      boolean isOld = Arrays.equals(found, old);
      assertThat(isOld || Arrays.equals(found, fresh)).as("kill " + i).isTrue();
      seen.add(isOld);
      assertThat(visible(target)).containsExactly(out);
    }
    assertThat(seen).contains(true);
    // What was left is hidden, named as what it is, and gone after the next run.
    assertThat(rewrite(in, out).waitFor()).isZero();
    assertThat(Files.readAllBytes(out)).isEqualTo(fresh);
    assertThat(target.toFile().list()).containsExactly("out.pb");
  }

  /**
   * A folder is replaced by two renames. Between them the old one is whole under a hidden name, and
   * the next run says where.
   */
  @Test
  void killedAtAnyMomentASavedModelIsTheOldOrTheNewOne() throws Exception {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path out = target.resolve("model");
    Path in = Fixtures.interop("savedmodel/k3_adam");
    assertThat(Cli.run("rewrite", in, "-o", out).code()).isZero();
    Map<String, byte[]> old = content(out);
    long start = System.nanoTime();
    assertThat(again(in, out).waitFor()).isZero();
    long whole = System.nanoTime() - start;
    Map<String, byte[]> fresh = content(out);
    assertThat(same(old, fresh)).isFalse();
    Random random = new Random(6);
    for (int i = 0; i < 50; i++) {
      if (!same(content(out), old)) {
        assertThat(Cli.run("rewrite", in, "-o", out, "--force").code()).isZero();
      }
      Process process = again(in, out);
      process.waitFor((long) (whole * (0.4 + 0.7 * random.nextDouble())), TimeUnit.NANOSECONDS);
      process.destroyForcibly().waitFor();
      if (!Files.exists(out)) {
        Cli.Run notice = Cli.run("rewrite", in, "-o", out, "--force");
        assertThat(notice.err()).contains("does not exist").contains(".model.grokfast-");
        try (var entries = Files.newDirectoryStream(target, ".model.grokfast-*.old")) {
          Files.move(entries.iterator().next(), out);
        }
        assertThat(same(content(out), old)).as("kill " + i).isTrue();
      }
      Map<String, byte[]> found = content(out);
      assertThat(same(found, old) || same(found, fresh)).as("kill " + i).isTrue();
      try (var entries = Files.newDirectoryStream(target, "[!.]*")) {
        assertThat(entries).containsExactly(out);
      }
    }
    assertThat(again(in, out).waitFor()).isZero();
    assertThat(same(content(out), fresh)).isTrue();
    assertThat(target.toFile().list()).containsExactly("model");
  }

  /** The rewrite with another filter. */
  private static Process again(Path in, Path out) throws IOException {
    return ForkedCli.builder("rewrite", in, "-o", out, "--force", "--lamb", 1)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Map<String, byte[]> content(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static boolean same(Map<String, byte[]> one, Map<String, byte[]> other) {
    return one.keySet().equals(other.keySet())
        && one.keySet().stream().allMatch(key -> Arrays.equals(one.get(key), other.get(key)));
  }

  private static Process rewrite(Path in, Path out) throws IOException {
    return ForkedCli.builder("rewrite", in, "-o", out, "--force")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static List<Path> visible(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".")) {
          found.add(entry);
        } else {
          assertThat(entry.getFileName().toString()).matches("\\.out\\.pb\\.grokfast-.*\\.tmp");
        }
      }
    }
    return found;
  }
}
