package org.grokfast.spark;

import java.util.stream.Stream;
import org.grokfast.models.TrainingException;
import org.grokfast.tools.runs.EngineProvider;
import org.grokfast.tools.runs.RunEngine;

/** Opens Spark for {@code --spark}. */
public final class SparkProvider implements EngineProvider {
  private static final String NAME = "spark";

  /** Internals of the JDK without which Spark's memory manager doesn't start. */
  private static final String INTERNALS = "sun.nio.ch";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public RunEngine open(String address, Class<?> program) {
    requireInternals();
    try {
      return SparkEngine.open(address, program);
    } catch (NoClassDefFoundError e) {
      throw new TrainingException(
          "--spark finds no Spark on the class path ("
              + e.getMessage()
              + "); expected the jars of Spark 4. Set SPARK_HOME to a Spark that is unpacked, or run"
              + " it by spark-submit",
          e);
    }
  }

  private static void requireInternals() {
    Module own = SparkProvider.class.getModule();
    boolean open =
        Stream.of(INTERNALS).allMatch(name -> Object.class.getModule().isOpen(name, own));
    if (!open) {
      throw new TrainingException(
          "Spark needs internals of Java that this JVM keeps closed; expected its option"
              + " --add-opens=java.base/"
              + INTERNALS
              + "=ALL-UNNAMED and the others of docs/spark.md. Set SPARK_HOME for the launcher, which"
              + " gives them, or run it by spark-submit");
    }
  }
}
