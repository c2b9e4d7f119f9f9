package org.grokfast.tools.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.grokfast.io.GraphFileException;
import org.grokfast.text.ShellWord;

/** TensorFlow's native library, which verbs that only read and write files do without. */
public final class NativeLibrary {
  /** Where the distribution was unpacked; set by its launcher. */
  private static final String HOME = "grokfast.home";

  /** What JavaCPP, which loads the library, calls the variants of one: {@code -gpu}, or nothing. */
  private static final String VARIANT = "org.bytedeco.javacpp.platform.extension";

  private static final String GPU = "-gpu";

  private NativeLibrary() {}

  /**
   * Checks that the class path has the library for this platform. JavaCPP is told whether there is
   * one for GPUs: it would look for that and for those of CUDA, under a thousand names in every
   * place of the class path, for longer than the library itself takes to load.
   *
   * @throws GraphFileException if it does not: which artifact is missing, and how to get it
   */
  public static void require() {
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    boolean gpu = isPresent(platform + GPU);
    if (!gpu && !isPresent(platform)) {
      throw new GraphFileException(missing(platform, System.getProperty(HOME)));
    }
    if (System.getProperty(VARIANT) == null && !gpu) {
      System.setProperty(VARIANT, "");
    }
  }

  /** The same for the JVMs of children, which load the library themselves. */
  public static List<String> options() {
    String variant = System.getProperty(VARIANT);
    return variant == null ? List.of() : List.of("-D" + VARIANT + "=" + variant);
  }

  /**
   * Has numbers written with the digits 0 to 9 where no locale is named. Ours name one; TensorFlow
   * Java's generator of names doesn't, and the library refuses a node called by Arabic digits.
   */
  public static void writeNumbersPlainly() {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
  }

  private static boolean isPresent(String platform) {
    String folder = "org/tensorflow/internal/c_api/" + platform + "/";
    ClassLoader loader = NativeLibrary.class.getClassLoader();
    return loader.getResource(folder + System.mapLibraryName("jnitensorflow")) != null;
  }

  static String missing(String platform, String home) {
    return "this verb runs TensorFlow, whose native library org.tensorflow:tensorflow-core-native:"
        + version()
        + ":"
        + platform
        + " is not in lib; fetch it with 'mvn dependency:copy"
        + " -Dartifact=org.tensorflow:tensorflow-core-native:"
        + version()
        + ":jar:"
        + platform
        + " -DoutputDirectory="
        + ShellWord.of((home == null ? "." : home) + "/lib")
        + "'";
  }

  /** The platform as artifacts are named: {@code linux-x86_64}. */
  static String platform(String os, String arch) {
    String name = os.toLowerCase(Locale.ROOT);
    String family = name.startsWith("mac") ? "macosx" : name.startsWith("win") ? "windows" : name;
    String machine =
        switch (arch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        };
    return family + "-" + machine;
  }

  private static String version() {
    Properties build = new Properties();
    try (InputStream in =
        NativeLibrary.class.getResourceAsStream("/org/grokfast/tools/build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("build.properties cannot be read", e);
    }
    return build.getProperty("tensorflow");
  }
}
