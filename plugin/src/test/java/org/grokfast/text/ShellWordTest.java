package org.grokfast.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordTest {
  @ParameterizedTest
  @CsvSource({
    "model.pb, model.pb",
    "--update=w=w_new, --update=w=w_new",
    "a b, 'a b'",
    "$HOME, '$HOME'",
    "~, '~'",
    "*, '*'",
    "é, 'é'",
  })
  void whatAShellWouldReadOtherwiseIsQuoted(String word, String expected) {
    // CSV takes quotes away.
    assertThat(ShellWord.of(word).replace("'", "")).isEqualTo(expected.replace("'", ""));
    assertThat(ShellWord.of(word).startsWith("'")).isEqualTo(!word.matches("[-a-z_.=]+"));
  }

  @Test
  void controlCharactersAreSpelt() {
    assertThat(ShellWord.of("a\u001b[31m'\\\u202e"))
        .isEqualTo("$'a\\033[31m\\'\\\\\\342\\200\\256'");
  }

  @Test
  void aPathIsNoOption() {
    assertThat(ShellWord.of(Path.of("-rf"))).isEqualTo("./-rf");
  }

  @Test
  @Tag("process")
  void aPosixShellReadsEveryWordAsItIs() throws Exception {
    requireReadBack("/bin/sh", words(" !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~éλ漢😀", 1));
  }

  @Test
  @Tag("process")
  void controlCharactersAreReadBackByBash() throws Exception {
    requireReadBack("/bin/bash", words("a0'\\\"$\n\t\u0001\u001b\u007f\u0085\u202e\u2066é7", 2));
  }

  private static List<String> words(String alphabet, int seed) {
    Random random = new Random(seed);
    int[] letters = alphabet.codePoints().toArray();
    List<String> words = new ArrayList<>(List.of(""));
    for (int i = 0; i < 500; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        word.appendCodePoint(letters[random.nextInt(letters.length)]);
      }
      words.add(word.toString());
    }
    return words;
  }

  private static void requireReadBack(String shell, List<String> words)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of(shell)), "there is no " + shell);
    String command = ShellWord.join(words);
    assertThat(command.codePoints()).allMatch(Characters::isPrintable);
    Process process =
        new ProcessBuilder(shell, "-c", "printf '%s\\0' " + command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String read = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(List.of(read.split("\0", -1))).startsWith(words.toArray(new String[0]));
  }
}
