package org.grokfast.tools.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version, the commit it was built from, and TensorFlow Java's version. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in =
        VersionProvider.class.getResourceAsStream("/org/grokfast/tools/build.properties")) {
      build.load(in);
    }
    return new String[] {
      "grokfast " + build.getProperty("version") + " (commit " + build.getProperty("commit") + ")",
      "TensorFlow Java " + build.getProperty("tensorflow"),
      "Java " + System.getProperty("java.version")
    };
  }
}
