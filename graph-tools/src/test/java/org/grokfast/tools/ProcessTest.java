package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What only a process of its own can show. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Tag("process")
class ProcessTest {
  private static final String ESCAPE = "\u001b[";

  @TempDir Path folder;
  private Path mounted;

  @AfterEach
  void unmount() throws Exception {
    if (mounted != null) {
      new ProcessBuilder("umount", mounted.toString()).inheritIO().start().waitFor();
    }
  }

  @Test
  void coloursAreForTerminalsAndNoColorIsHonoured() throws Exception {
    Path file = Fixtures.trainable(folder).get("sgd.pb");
    Path other = Fixtures.trainable(folder).get("device.pb");
    ProcessBuilder plain = ForkedCli.builder("diff", file, other);
    assertThat(ForkedCli.run(plain).out()).isNotEmpty().doesNotContain(ESCAPE);
    ProcessBuilder forced = ForkedCli.builder("diff", file, other);
    forced.environment().put("CLICOLOR_FORCE", "1");
    assertThat(ForkedCli.run(forced).out()).contains(ESCAPE);
    forced.environment().put("NO_COLOR", "1");
    assertThat(ForkedCli.run(forced).out()).isNotEmpty().doesNotContain(ESCAPE);
  }

  /** Standard output may be a terminal while the report goes to a file. */
  @Test
  void coloursOnStandardErrorAreForTerminalsToo() throws Exception {
    ProcessBuilder rewrite =
        ForkedCli.builder("rewrite", Fixtures.written("adam.pb"), "-o", folder.resolve("out"));
    rewrite.environment().put("CLICOLOR_FORCE", "1");
    assertThat(ForkedCli.run(rewrite).err()).contains("variables filtered").doesNotContain(ESCAPE);
    rewrite.command().add("--force");
    rewrite.command().add(1, "-Dgrokfast.terminal=true");
    assertThat(ForkedCli.run(rewrite).err()).contains("variables filtered").contains(ESCAPE);
  }

  @Test
  void aHeapThatIsTooSmallIsOneLine() throws Exception {
    Path big = Fixtures.write(folder, "big.pb", big(100_000));
    Path out = folder.resolve("out.pb");
    ProcessBuilder rewrite = ForkedCli.builder("rewrite", big, "-o", out);
    rewrite.command().add(1, "-Xmx20m");
    Cli.Run result = ForkedCli.run(rewrite);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .matches("grokfast: out of memory: the heap is limited to \\d+ MiB, .*=-Xmx8g");
    assertThat(out).doesNotExist();
  }

  /** As messages alone the nodes would take thirteen times their file. */
  @Test
  void aLargeGraphIsRewrittenInASmallMultipleOfItsFile() throws Exception {
    Path big = Fixtures.write(folder, "big.pb", deep(300_000));
    Path out = folder.resolve("out.pb");
    long heap = 16 + 4 * Files.size(big) / (1 << 20);
    ProcessBuilder rewrite = ForkedCli.builder("rewrite", big, "-o", out);
    rewrite.command().add(1, "-Xmx" + heap + "m");
    assertThat(ForkedCli.run(rewrite).code()).isEqualTo(ExitCode.DONE);
    Path back = folder.resolve("back.pb");
    ProcessBuilder strip = ForkedCli.builder("strip", out, "-o", back);
    strip.command().add(1, "-Xmx" + heap + "m");
    assertThat(ForkedCli.run(strip).code()).isEqualTo(ExitCode.DONE);
    assertThat(back).hasSameBinaryContentAs(big);
  }

  @Test
  void aClosedPipeEndsQuietly() throws Exception {
    Path big = Fixtures.write(folder, "big.pb", big());
    Path errors = folder.resolve("errors");
    Process process = ForkedCli.builder("inspect", big).redirectError(errors.toFile()).start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo(big.toString());
    }
    assertThat(process.waitFor()).isZero();
    assertThat(errors).isEmptyFile();
  }

  @Test
  void aFullDeviceOnStandardOutputIsAnError() throws Exception {
    File full = new File("/dev/full");
    assumeTrue(full.exists(), "there is no /dev/full here");
    ProcessBuilder builder = ForkedCli.builder("inspect", Fixtures.written("adam.pb"));
    Cli.Run run = ForkedCli.run(builder.redirectOutput(full));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("grokfast: standard output: No space left on device");
  }

  @Test
  void aFullDiskLeavesTheOldOutputWhole() throws Exception {
    mount("size=16k");
    Path out = Files.writeString(mounted.resolve("out.pb"), "old");
    Cli.Run run = Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", out, "--force");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("No space left on device").contains("Nothing was changed");
    assertThat(out).hasContent("old");
    assertThat(mounted.toFile().list()).containsExactly("out.pb");
  }

  @Test
  void aReadOnlyFolderIsAnError() throws Exception {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    if (Files.isWritable(closed)) {
      // Permissions do not bind root; a read-only file system does.
      mount("ro");
      closed = mounted;
    }
    Cli.Run run = Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", closed.resolve("out.pb"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("no permission to write into");
  }

  @Test
  void killedAtAnyMomentTheOutputIsTheOldOrTheNewOne() throws Exception {
    Path in = Fixtures.write(folder, "in.pb", big());
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

  /** Mounts a small file system; where that may not be done, the test is skipped. */
  private void mount(String options) throws Exception {
    Path place = Files.createDirectory(folder.resolve("mounted"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", place.toString())
            .redirectErrorStream(true)
            .start();
    String reason = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(mount.waitFor() == 0, "no tmpfs can be mounted here: " + reason.strip());
    mounted = place;
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

  /** A graph whose inspection does not fit a pipe's buffer. */
  /** A training graph with so many ops in a row. */
  private static GraphDef deep(int more) {
    GraphDef.Builder graph = Fixtures.sgd("DT_FLOAT").toBuilder();
    String last = graph.getNode(0).getName();
    for (int i = 0; i < more; i++) {
      NodeDef.Builder op = graph.addNodeBuilder().setName("layer_" + i + "/op").setOp("Tanh");
      op.addInput(last).putAttr("T", graph.getNode(0).getAttrOrThrow("dtype"));
      last = op.getName();
    }
    return graph.build();
  }

  private static GraphDef big() {
    return big(3_000);
  }

  private static GraphDef big(int more) {
    GraphDef.Builder graph = Fixtures.sgd("DT_FLOAT").toBuilder();
    NodeDef variable = graph.getNode(0);
    for (int i = 0; i < more; i++) {
      graph.addNode(variable.toBuilder().setName("layer_" + i + "/a_variable_that_is_not_trained"));
    }
    return graph.build();
  }
}
