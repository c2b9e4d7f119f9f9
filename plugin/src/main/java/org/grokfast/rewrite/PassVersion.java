package org.grokfast.rewrite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The name and version under which the passes sign what they insert. */
public final class PassVersion {
  private static final String TEXT = "grokfast " + read();

  private PassVersion() {}

  /** Name and version: {@code grokfast 0.1.0}. */
  public static String text() {
    return TEXT;
  }

  private static String read() {
    Properties properties = new Properties();
    try (InputStream in =
        PassVersion.class.getResourceAsStream("/org/grokfast/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the library's version.properties cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
