package org.grokfast.tools.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.grokfast.text.Characters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is printed, nothing of it steers a terminal. */
class SafeOutputTest {
  private static final int[] SPECIAL = {
    0, 7, 8, 9, 10, 13, 27, 31, 127, 0x80, 0x85, 0x9b, 0x9f, 0xad, 0x61c, 0x200b, 0x200e, 0x200f,
    0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xd800, 0xdbff, 0xdc00, 0xfeff, 0xfff9, 0xe0001,
    0x1f600, 0xe9, 'a', '"', '\\', '\''
  };

  private static String written(Consumer<PrintWriter> printing) {
    StringWriter text = new StringWriter();
    PrintWriter out = SafeOutput.of(new PrintWriter(text));
    printing.accept(out);
    out.flush();
    return text.toString();
  }

  private static String random(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      int special = SPECIAL[random.nextInt(SPECIAL.length)];
      text.appendCodePoint(random.nextBoolean() ? special : random.nextInt(0x3000));
    }
    return text.toString();
  }

  private static void requireSafe(String text) {
    assertThat(text.replace("\r\n", "").codePoints())
        .as(Printable.text(text))
        .allMatch(c -> c == '\n' || c == '\t' || Characters.isPrintable(c));
  }

  @Test
  void noTextSteersTheTerminal() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      String text = random(random);
      requireSafe(written(out -> out.print(text)));
      requireSafe(Printable.text(text) + "");
    }
  }

  @Test
  void itDoesNotMatterInWhichPiecesATextComes() {
    Random random = new Random(2);
    for (int i = 0; i < 5_000; i++) {
      String text = random(random);
      int cut = random.nextInt(text.length() + 1);
      assertThat(
              written(
                  out -> {
                    out.print(text.substring(0, cut));
                    out.print(text.substring(cut));
                  }))
          .isEqualTo(written(out -> text.chars().forEach(out::write)))
          .isEqualTo(written(out -> out.print(text)));
    }
  }

  @Test
  void jsonStaysWhatItIs() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      // Halves of pairs are no text in JSON.
      String text = random(random).replaceAll("[\\ud800-\\udfff]", "?");
      String json = written(out -> Json.print(out, Map.of(text, text)));
      requireSafe(json);
      assertThat(new ObjectMapper().readTree(json).path(text).asText()).isEqualTo(text);
      String library = written(out -> out.print(library(text)));
      requireSafe(library);
      assertThat(new ObjectMapper().readTree(library).asText()).isEqualTo(text);
    }
  }

  private static String library(String text) {
    try {
      return new ObjectMapper().writeValueAsString(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "line\nline\n", "tab\tand é λ 漢 😀", "\r\n"})
  void ordinaryTextIsUnchanged(String text) {
    assertThat(written(out -> out.print(text))).isEqualTo(text);
  }

  @Test
  void theProgramsOwnColoursPassAndNothingAfterThem() {
    String text =
        written(
            out -> {
              SafeOutput.own(out, () -> out.print("\u001b[1mbold\u001b[0m"));
              out.print("\u001b[1m");
            });
    assertThat(text).isEqualTo("\u001b[1mbold\u001b[0m\\u001b[1m");
  }

  @Test
  void standardErrorOfLibrariesIsSafeToo() throws IOException {
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      String text = random(random).replaceAll("[\\ud800-\\udfff]", "?");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (PrintStream target = new PrintStream(bytes, true, StandardCharsets.UTF_8);
          StandardError error = new StandardError(target, StandardCharsets.UTF_8)) {
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
          error.write(each);
        }
      }
      assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(written(out -> out.print(text)));
    }
  }
}
