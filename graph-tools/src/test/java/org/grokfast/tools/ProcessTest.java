package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    assertThat(ForkedCli.run(rewrite).err())
        .contains("trained variables filtered")
        .doesNotContain(ESCAPE);
    rewrite.command().add("--force");
    rewrite.command().add(1, "-Dgrokfast.terminal=true");
    assertThat(ForkedCli.run(rewrite).err())
        .contains("trained variables filtered")
        .contains(ESCAPE);
  }

  /** TensorFlow takes no node whose number is written in Arabic digits, nor finds such a file. */
  @Test
  void numbersAreWrittenAlikeInEveryLanguage() throws Exception {
    Path run = folder.resolve("run");
    ProcessBuilder train =
        ForkedCli.builder("train", "parity", "--bits=4", "--subset=2", "--steps=2", "--out=" + run);
    train.command().add(1, "-Duser.language=ar");
    Cli.Run trained = ForkedCli.run(train);
    assertThat(trained.code()).as(trained.err()).isZero();
    Path variables = run.resolve("checkpoints/step-000000002/variables");
    ProcessBuilder list = ForkedCli.builder("checkpoint", variables);
    Cli.Run plain = ForkedCli.run(list);
    list.command().add(1, "-Duser.language=ar");
    Cli.Run arabic = ForkedCli.run(list);
    assertThat(arabic.code()).as(arabic.err()).isZero();
    assertThat(arabic.out()).isEqualTo(plain.out()).contains("variables");
  }

  @Test
  void aHeapThatIsTooSmallIsOneLine() throws Exception {
    Path big = Fixtures.write(folder, "big.pb", Fixtures.big(100_000));
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
    Cli.Run rewritten = ForkedCli.run(rewrite);
    assertThat(rewritten.code()).as(rewritten.err()).isEqualTo(ExitCode.DONE);
    Path back = folder.resolve("back.pb");
    ProcessBuilder strip = ForkedCli.builder("strip", out, "-o", back);
    strip.command().add(1, "-Xmx" + heap + "m");
    assertThat(ForkedCli.run(strip).code()).isEqualTo(ExitCode.DONE);
    assertThat(back).hasSameBinaryContentAs(big);
  }

  @Test
  void aClosedPipeEndsQuietly() throws Exception {
    Path big = Fixtures.write(folder, "big.pb", Fixtures.big(3_000));
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
}
