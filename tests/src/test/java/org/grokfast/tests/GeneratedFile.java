package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page or picture that a test writes and that is kept in the repository. */
public final class GeneratedFile {
  private GeneratedFile() {}

  /**
   * Fails where the file isn't what it should be; with {@code -Dgrokfast.updateDocs=true} writes
   * it.
   *
   * @param test that knows the content
   */
  public static void check(Path file, String content, Class<?> test) throws IOException {
    if (Boolean.getBoolean("grokfast.updateDocs")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    }
    String actual = Files.exists(file) ? Files.readString(file) : "";
    assertThat(actual.equals(content))
        .as(
            "%s is up to date; write it again with: mvn -pl tests -am test -Dtest=%s"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dgrokfast.updateDocs=true",
            file, test.getSimpleName())
        .isTrue();
  }

  /**
   * The same for the part of a page that stands between two marks.
   *
   * @param begin the mark before it, a line of its own
   * @param end the next such line after it
   */
  public static void checkPart(Path page, String begin, String end, String content, Class<?> test)
      throws IOException {
    String now = Files.readString(page);
    int from = now.indexOf(begin) + begin.length();
    int to = now.indexOf(end, from);
    assertThat(now).contains(begin);
    assertThat(to).as("the mark %s after %s", end.strip(), begin.strip()).isNotNegative();
    check(page, now.substring(0, from) + content + now.substring(to), test);
  }
}
