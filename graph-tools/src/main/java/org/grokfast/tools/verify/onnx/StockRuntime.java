package org.grokfast.tools.verify.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.grokfast.io.GraphFileException;
import org.grokfast.tools.verify.ChildProcess.Program;
import org.grokfast.tools.verify.ChildProcess.Purpose;

/** ONNX Runtime as the class path has it. */
final class StockRuntime {
  static final Purpose COMPARING =
      new Purpose("ONNX Runtime", "nothing was compared", ", or fewer --steps");

  private StockRuntime() {}

  /**
   * A program that runs on it.
   *
   * @throws GraphFileException if it is not there: what to fetch
   */
  static Program program(Class<?> main) {
    ClassLoader loader = StockRuntime.class.getClassLoader();
    if (loader.getResource("ai/onnxruntime/OrtEnvironment.class") == null) {
      throw new GraphFileException(missing(System.getProperty("grokfast.home")));
    }
    return Program.of(main, COMPARING);
  }

  static String missing(String home) {
    return "this runs ONNX Runtime, which is not in lib; fetch it with 'mvn dependency:copy"
        + " -Dartifact=com.microsoft.onnxruntime:onnxruntime:"
        + version()
        + " -DoutputDirectory="
        + (home == null ? "." : home)
        + "/lib'";
  }

  private static String version() {
    Properties build = new Properties();
    try (InputStream in =
        StockRuntime.class.getResourceAsStream("/org/grokfast/tools/build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("build.properties cannot be read", e);
    }
    return build.getProperty("onnxruntime");
  }
}
