package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs with a format that only {@code META-INF/services} names. */
class OwnFormatTest {
  @TempDir Path folder;
  private Path original;
  private Path rewritten;

  @BeforeEach
  void writeARecipe() throws IOException {
    original = folder.resolve("in.txt");
    rewritten = folder.resolve("out.txt");
    Files.writeString(original, "recipe\nw <- dw\nb <- db\n");
  }

  private void rewrite() {
    Cli.Run run = Cli.run("rewrite", original, "-o", rewritten, "--alpha", "0.9");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).startsWith("2 of 2 trained variables filtered, 8 bytes of state");
  }

  @Test
  void isInspected() {
    Cli.Run run = Cli.run("inspect", original);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Update sites (2)", "grokfast rewrite " + original);
    assertThat(Cli.run("inspect", "--json", original).out())
        .contains("\"form\" : \"recipe\"", "\"lines\" : 3", "\"gradient\" : \"dw\"");
  }

  @Test
  void isRewrittenAndStripped() throws IOException {
    rewrite();
    assertThat(rewritten).hasContent("recipe\nw <- filtered dw\nb <- filtered db\n");

    Cli.Run run = Cli.run("strip", rewritten, "-o", "-");
    assertThat(run.out()).isEqualTo(Files.readString(original));
    assertThat(run.err()).startsWith("2 of 2 nodes stay");
  }

  @Test
  void isCompared() {
    rewrite();

    Cli.Run run = Cli.run("diff", original, rewritten);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("Nodes: 2 added, 2 removed, 0 changed", "+ w <- filtered dw");
    assertThat(Cli.run("diff", original, original).code()).isZero();
    assertThat(Cli.run("diff", original, Fixtures.written("adam.pb")).err())
        .contains("this is a TensorFlow graph, and the other input is a recipe. Give two of one");
  }

  @Test
  void saysWhatItCanNot() {
    assertThat(Cli.run("strip", original, "--inference", "--dry-run").err())
        .contains("a recipe only trains.");
    assertThat(Cli.run("diff", original, original, "--dot").err())
        .contains("leave them out for a recipe");
    assertThat(Cli.run("verify", original, original).err())
        .contains("a recipe can't be run to be compared.");
  }

  /** The verb asks for TensorFlow's library before it asks the format. */
  @Test
  @Tag("native")
  void isNotExported() {
    assertThat(Cli.run("export", original, "-o", folder.resolve("serving")).err())
        .contains("a recipe holds no values of variables");
  }

  @Test
  void isAFormThatCanBeAskedFor() {
    assertThat(Cli.run("inspect", original, "--format", "recipes").err())
        .contains("'recipes' is no form; the forms are", "onnx, recipe, saved-model");
    assertThat(Cli.run("inspect", original, "--format", "recipe").code()).isZero();
  }
}
