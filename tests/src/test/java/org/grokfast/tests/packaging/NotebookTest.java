package org.grokfast.tests.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cells of docs/examples/notebook, run by JShell in this JVM. */
@Tag("native")
class NotebookTest {
  private static List<String> cells() throws IOException {
    JsonNode notebook =
        new ObjectMapper()
            .readTree(Checkout.ROOT.resolve("docs/examples/notebook/grokfast.ipynb").toFile());
    return StreamSupport.stream(notebook.path("cells").spliterator(), false)
        .filter(cell -> cell.path("cell_type").asText().equals("code"))
        .map(cell -> String.join("", texts(cell.path("source"))))
        .toList();
  }

  private static List<String> texts(JsonNode lines) {
    List<String> texts = new ArrayList<>();
    lines.forEach(line -> texts.add(line.asText()));
    return texts;
  }

  /** The value of a cell's last expression; a line of the kernel's own says nothing here. */
  private static String run(JShell shell, String cell) {
    String value = "";
    String left = cell.startsWith("%") ? "" : cell;
    while (!left.isBlank()) {
      SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(left);
      for (SnippetEvent event : shell.eval(next.source())) {
        assertThat(event.exception()).as(next.source()).isNull();
        assertThat(event.status()).as(next.source()).isNotEqualTo(Snippet.Status.REJECTED);
        value = event.value() == null ? value : event.value();
      }
      left = next.remaining();
    }
    return value;
  }

  @Test
  void everyCellRunsInItsTurn() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> values = new ArrayList<>();
    try (JShell shell =
        JShell.builder()
            .executionEngine("local")
            .out(new PrintStream(out, true, StandardCharsets.UTF_8))
            .build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      for (String cell : cells()) {
        values.add(run(shell, cell));
      }
    }

    assertThat(values).anyMatch(value -> value.contains("1 of 1 trained variables filtered"));
    assertThat(values).contains("\"loss 22.500, then 0.000\"");
  }
}
