package org.grokfast.tests.pictures;

import java.io.IOException;
import java.nio.file.Path;
import org.grokfast.tests.GeneratedFile;

/** A part of a page of results that a test writes from recorded runs. */
final class GeneratedTable {
  private GeneratedTable() {}

  /**
   * Checks that the part between the comments {@code <!-- NAME: TEST writes it -->} and {@code <!--
   * the end of NAME -->} is the text, or writes it.
   */
  static void check(Path page, String name, String text, Class<?> test) throws IOException {
    String begin = "<!-- " + name + ": " + test.getSimpleName() + " writes it -->\n";
    String end = "<!-- the end of " + name + " -->\n";
    GeneratedFile.checkPart(page, begin, end, "\n" + text + "\n", test);
  }
}
