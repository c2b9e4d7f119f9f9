package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
  /** Each ends in a kill. */
  private static final int PROCESSES = 3;

  /** In which a process is looked at. */
  private static final int MOMENTS = 40;

  /** Longer than a rewrite takes, so that moments fall on all its parts. */
  private static final double LONGEST_RUN_NANOS = 2e8;

  @TempDir Path folder;

  @Test
  void killedAtAnyMomentTheOutputIsTheOldOrTheNewOne() throws Exception {
    Path in = Fixtures.write(folder, "in.pb", Fixtures.big(1_000));
    Path target = Files.createDirectory(folder.resolve("target"));
    Path out = target.resolve("out.pb");
    byte[] one = Files.readAllBytes(rewritten(in, out, "--lamb", 1));
    byte[] other = Files.readAllBytes(rewritten(in, out));
    assertThat(one).isNotEqualTo(other);
    Random random = new Random(5);
    Set<Boolean> seen = new HashSet<>();
    for (int i = 0; i < PROCESSES; i++) {
      try (StoppedProcess process = new StoppedProcess(repeated(in, out))) {
        process.awaitWork();
        for (int moment = 0; moment < MOMENTS; moment++) {
          process.stopAfter((long) (random.nextDouble() * LONGEST_RUN_NANOS));
          byte[] found = Files.readAllBytes(out);
          boolean isOne = Arrays.equals(found, one);
          assertThat(isOne || Arrays.equals(found, other)).as("moment " + moment).isTrue();
          seen.add(isOne);
          assertThat(visible(target)).containsExactly(out);
          process.goOn();
        }
      }
      assertThat(visible(target)).containsExactly(out);
    }
    assertThat(seen).containsExactlyInAnyOrder(true, false);
    // What was left is hidden, named as what it is, and gone after the next run.
    assertThat(Files.readAllBytes(rewritten(in, out))).isEqualTo(other);
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
    Map<String, byte[]> one = content(rewritten(in, out, "--lamb", 1));
    Map<String, byte[]> other = content(rewritten(in, out));
    assertThat(same(one, other)).isFalse();
    Random random = new Random(6);
    Set<Boolean> seen = new HashSet<>();
    for (int i = 0; i < PROCESSES; i++) {
      try (StoppedProcess process = new StoppedProcess(repeated(in, out))) {
        process.awaitWork();
        for (int moment = 0; moment < MOMENTS; moment++) {
          process.stopAfter((long) (random.nextDouble() * LONGEST_RUN_NANOS));
          if (!Files.exists(out)) {
            break;
          }
          Map<String, byte[]> found = content(out);
          boolean isOne = same(found, one);
          assertThat(isOne || same(found, other)).as("moment " + moment).isTrue();
          seen.add(isOne);
          process.goOn();
        }
      }
      if (!Files.exists(out)) {
        moveBack(in, out, List.of(one, other));
      }
      try (var entries = Files.newDirectoryStream(target, "[!.]*")) {
        assertThat(entries).containsExactly(out);
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(true, false);
    assertThat(same(content(rewritten(in, out)), other)).isTrue();
    assertThat(target.toFile().list()).containsExactly("model");
  }

  /** The next run names the hidden folder that a kill between the two renames leaves. */
  private static void moveBack(Path in, Path out, List<Map<String, byte[]>> whole)
      throws IOException {
    Cli.Run notice = Cli.run("rewrite", in, "-o", out, "--force");
    assertThat(notice.err()).contains("does not exist").contains(".model.grokfast-");
    try (var entries = Files.newDirectoryStream(out.getParent(), ".model.grokfast-*.old")) {
      Files.move(entries.iterator().next(), out);
    }
    Map<String, byte[]> found = content(out);
    assertThat(whole).anyMatch(content -> same(found, content));
  }

  private static Path rewritten(Path in, Path out, Object... options) {
    List<Object> args = new ArrayList<>(List.of("rewrite", in, "-o", out, "--force"));
    args.addAll(List.of(options));
    assertThat(Cli.run(args.toArray()).code()).isZero();
    return out;
  }

  private static ProcessBuilder repeated(Path in, Path out) {
    return ForkedCli.builder(RepeatedRewrite.class, in, "-o", out, "--force");
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
