package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong file has a message of its own, on one line, with what to do. */
class WrongInputTest {
  @TempDir Path folder;

  static Stream<Arguments> wrongFiles() throws IOException {
    return Stream.of(
        Arguments.of(
            "version https://git-lfs.github.com/spec/v1\n", "git lfs pull --include=in.pb"),
        Arguments.of("<!DOCTYPE html><html>", "Download the raw file"),
        Arguments.of("", "the file is empty"),
        Arguments.of("\u001f\u008b\b", "gunzip"),
        Arguments.of("PK\u0003\u0004aaaa", "unzip"),
        Arguments.of("{\"node\": []}", "this is JSON"),
        Arguments.of(
            "no graph at all", "Give a graph (.pb, .pbtxt, .meta, .onnx or a SavedModel)."),
        Arguments.of("model_checkpoint_path: \"m\"\n", "names the newest checkpoint"),
        Arguments.of("\u0018\0\0\0ORTM\0\0\0\0", ".onnx model that it was converted from"),
        Arguments.of("\u0018\0\0\0ODTC\0\0\0\0", "the folder with all artifacts"),
        Arguments.of(latin(Fixtures.written("checkpoint/model.index")), "'grokfast checkpoint'"),
        Arguments.of(latin(Fixtures.written("saved_model/saved_model.pb")), "Give the folder"),
        Arguments.of(latin(Fixtures.written("adam.pb")).substring(0, 5000), "cut off"));
  }

  private static String latin(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  @Test
  void aLinkOutOfASavedModelIsNotFollowed() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path message = model.resolve("saved_model.pb");
    Files.createSymbolicLink(message, Fixtures.written("saved_model/saved_model.pb"));
    for (String verb : new String[] {"inspect", "rewrite", "strip"}) {
      Cli.Run run = verb.equals("inspect") ? Cli.run(verb, model) : Cli.run(verb, model, "-o", "x");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err())
          .contains(message + ": a symbolic link that leads out of the SavedModel is not followed");
    }
    Files.delete(message);
    Files.copy(Fixtures.written("saved_model/saved_model.pb"), message);
    Files.createSymbolicLink(
        model.resolve("variables"), Fixtures.written("saved_model/variables").toAbsolutePath());
    Path out = folder.resolve("out");
    assertThat(Cli.run("rewrite", model, "-o", out).err())
        .contains("a symbolic link that leads out of the SavedModel is not followed");
    assertThat(out).doesNotExist();
  }

  @Test
  void ofAnUnknownOptionTheValueIsNoOption() {
    assertThat(Cli.run("inspect", "--filter", "ema", "graph.pb").err())
        .startsWith("grokfast: Unknown option: '--filter'" + System.lineSeparator());
    assertThat(Cli.run("train", "parity", "--stesp", "4").err())
        .startsWith("grokfast: Unknown option: '--stesp'" + System.lineSeparator())
        .contains("--steps");
    assertThat(Cli.run("inspect", "graph.pb", "--filter", "ema", "--lamb=2").err())
        .startsWith("grokfast: Unknown options: '--filter', '--lamb=2'");
  }

  @Test
  @Tag("native")
  void anOutputFolderThatIsAFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    for (String verb : new String[] {"train", "compare", "tune"}) {
      Cli.Run run = Cli.run(verb, "parity", "--out=" + file);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err())
          .contains("the output folder " + file + " is a file; choose another folder");
    }
  }

  @Test
  @Tag("native")
  @EnabledOnOs(OS.LINUX)
  void aFolderThatCannotBeMadeHasTheReason() {
    assertThat(Cli.run("train", "parity", "--out=/proc/nothing/run").err())
        .contains("cannot lock the folder /proc/nothing/run: '/proc/nothing': no such file");
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void isExplainedOnOneLine(String content, String advice) throws IOException {
    Path file = folder.resolve("in.pb");
    Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    for (String verb : new String[] {"inspect", "rewrite", "strip"}) {
      Cli.Run run = verb.equals("inspect") ? Cli.run(verb, file) : Cli.run(verb, file, "--dry-run");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("grokfast: " + file).contains(advice);
      assertThat(run.err().lines()).hasSize(1);
    }
  }
}
