package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.text.Characters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Names in graphs, files and configurations reach a terminal as text only. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its files have no such names")
class TerminalSafetyTest {
  private static final String EVIL = "\u001b]0;owned\u0007\u009b31m\u202e\u2066\r\u200b";

  @TempDir private Path folder;

  /** The graph, with every name ending in what steers a terminal. */
  private static GraphDef renamed(GraphDef graph) {
    GraphDef.Builder renamed = graph.toBuilder();
    for (NodeDef.Builder node : renamed.getNodeBuilderList()) {
      node.setName(node.getName() + EVIL);
      for (int i = 0; i < node.getInputCount(); i++) {
        String input = node.getInput(i);
        int colon = input.lastIndexOf(':');
        boolean numbered = colon > 0 && input.substring(colon + 1).matches("\\d+");
        node.setInput(
            i, numbered ? input.substring(0, colon) + EVIL + input.substring(colon) : input + EVIL);
      }
    }
    return renamed.build();
  }

  private Path evil(String name, GraphDef graph) throws IOException {
    return Fixtures.write(folder, name + EVIL, graph);
  }

  private static void requireSafe(Object... words) throws IOException {
    Invocation run = Invocation.of(words);
    for (String text : new String[] {run.out(), run.err()}) {
      assertThat(text.codePoints())
          .as(text)
          .allMatch(c -> c == '\n' || c == '\t' || Characters.isPrintable(c));
    }
    if (run.out().startsWith("{")) {
      assertThat(new ObjectMapper().readTree(run.out()).path("version").asInt()).isPositive();
    }
    assertThat(run.out() + run.err()).as("what was quoted").contains("\\u");
  }

  @Test
  void namesOfNodesAndFiles() throws IOException {
    Path graph = evil("graph.pb", renamed(Fixtures.sgd("DT_FLOAT")));
    Path plain = evil("plain.pb", Fixtures.sgd("DT_FLOAT"));
    Path out = folder.resolve("out" + EVIL);
    requireSafe("inspect", graph);
    requireSafe("inspect", "--json", graph);
    requireSafe("inspect", plain);
    requireSafe("diff", graph, plain);
    requireSafe("diff", "--json", graph, plain);
    requireSafe("rewrite", "--json", plain, "-o", out);
    requireSafe("rewrite", plain, "-o", out);
    requireSafe("rewrite", plain, "-o", folder.resolve("missing" + EVIL).resolve("x"));
    requireSafe("strip", out, "-o", folder.resolve("stripped" + EVIL));
    requireSafe("checkpoint", plain);
  }

  @Test
  @Tag("native")
  void namesThatAreRun() throws IOException {
    Path graph = evil("graph.pb", renamed(Fixtures.sgd("DT_FLOAT")));
    Path plain = evil("plain.pb", Fixtures.sgd("DT_FLOAT"));
    requireSafe("verify", plain, graph);
    requireSafe("export", plain, "-o", folder.resolve("exported"));
  }

  @Test
  void wordsOfTheCommandLine() throws IOException {
    requireSafe("inspect", EVIL);
    requireSafe(EVIL);
    requireSafe("rewrite", "a", "-o", "b", "--" + EVIL);
    requireSafe("rewrite", "a", "-o", "b", "--alpha", EVIL);
    requireSafe("rewrite", "a", "-o", "b", "--filter", EVIL);
    requireSafe("train", EVIL);
    requireSafe("help", EVIL);
    requireSafe("compare", EVIL);
    requireSafe("compare", "parity", "--only", EVIL);
  }

  @Test
  void configurations() throws IOException {
    Path graph = Fixtures.write(folder, "graph.pb", Fixtures.sgd("DT_FLOAT"));
    String escapes = "\\e]0;owned\\a\\x9b\\u202e\\u200b";
    for (String text :
        new String[] {
          "\"" + escapes + "\": 1", "alpha: \"" + escapes + "\"", "filter: \"" + escapes + "\""
        }) {
      Path config = Files.writeString(folder.resolve("config.yaml"), text, StandardCharsets.UTF_8);
      requireSafe("rewrite", graph, "-o", folder.resolve("out.pb"), "--config", config);
      Path arms =
          Files.writeString(
              folder.resolve("arms.yaml"), "arms: {\"" + escapes + "\": {" + text + "}}");
      requireSafe("compare", "parity", "--arms", arms);
    }
  }

  /** A file may have a name that starts as one of words does elsewhere. */
  @Test
  void aWordThatStartsWithAnAtSignIsText() throws IOException {
    Path words = Files.writeString(folder.resolve("words"), "secret");
    Invocation run = Invocation.of("inspect", "@" + words);
    assertThat(run.err()).contains("@" + words).doesNotContain("secret");
  }

  @Test
  void aPrintedCommandCanBePasted() throws IOException {
    Path spaced = Files.createDirectory(folder.resolve("a b'c $HOME"));
    Path graph = Fixtures.write(spaced, "graph.pb", Fixtures.sgd("DT_FLOAT"));
    assertThat(Invocation.of("inspect", graph).out().replaceAll("\\s*\\\\?\n\\s*", " "))
        .contains("'" + graph.toString().replace("'", "'\\''") + "'");
  }
}
