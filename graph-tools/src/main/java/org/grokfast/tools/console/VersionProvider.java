package org.grokfast.tools.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version, the commit it was built from, and TensorFlow Java's version. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Properties build = build();
    return new String[] {
      "grokfast " + build.getProperty("version") + " (commit " + build.getProperty("commit") + ")",
      "TensorFlow Java " + build.getProperty("tensorflow"),
      "Java " + System.getProperty("java.version")
    };
  }

  /** The program's version. */
  public static String version() {
    return build().getProperty("version");
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream in =
        VersionProvider.class.getResourceAsStream("/org/grokfast/tools/build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties cannot be read", e);
    }
    return build;
  }
}
