package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.models.imdb.Vocabulary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code grokfast train imdb} on wrong data, and what it exports. */
@Tag("native")
class ImdbCommandTest {
  private static final String ROWS = "fine film,positive\nbad film,negative\n";

  @TempDir private Path folder;

  private Invocation train(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("train", "imdb", "--out", folder.resolve("run")));
    all.addAll(List.of(arguments));
    return Invocation.of(all.toArray());
  }

  static Stream<Arguments> wrongTables() {
    return Stream.of(
        Arguments.of(ROWS + "no comma\n", 1, "' has a broken row 3: it has 1 columns, expected 2"),
        Arguments.of(ROWS, 1, "' holds 2 reviews, fewer than the 8 asked for"),
        Arguments.of(
            "fine film,positive\n".repeat(8),
            2,
            "the split would be empty on one side: there are 8 positive and 0 negative reviews"));
  }

  @ParameterizedTest
  @MethodSource("wrongTables")
  void wrongDataIsOneLineAndLeavesNoRun(String rows, int code, String message) throws IOException {
    Path table = Files.writeString(folder.resolve("a.csv"), "review,sentiment\n" + rows);
    Invocation run = train("--data-dir", table, "--reviews", "8");
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.err().lines().findFirst().orElse("")).startsWith("grokfast: ").contains(message);
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aNumberOutsideItsRangeIsAWrongCommandLine() {
    Invocation run = train("--generated", "--reviews", "3");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("grokfast: reviews must be from 5 to 50000, was 3");
  }

  @Test
  void aSelfCheckSaysThatItIsOneAndItsModelIsExportedWithItsVocabulary() throws IOException {
    Invocation run =
        train(
            "--generated",
            "--reviews=20",
            "--length=20",
            "--width=4",
            "--embedding=4",
            "--batch=5",
            "--steps=2");
    assertThat(run.err()).contains("SELF-CHECK on generated reviews, not IMDb: its figures are no");
    Path serving = folder.resolve("serving");
    assertThat(Invocation.of("export", folder.resolve("run"), "-o", serving).code()).isZero();
    Vocabulary vocabulary = Vocabulary.read(serving.resolve("assets.extra/vocabulary.txt"));
    String first = vocabulary.words().get(0);
    assertThat(vocabulary.encode("unheardof " + first, 3)).containsExactly(0, 0, 1);
  }
}
