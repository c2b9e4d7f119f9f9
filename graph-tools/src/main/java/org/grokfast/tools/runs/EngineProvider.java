package org.grokfast.tools.runs;

import java.util.ServiceLoader;
import org.grokfast.models.TrainingException;

/**
 * An engine of another jar on the class path, which names its provider in {@code META-INF/services}
 * and is not loaded before it is asked for.
 */
public interface EngineProvider {
  /** What it is called: the option of {@code compare} and {@code tune} without its dashes. */
  String name();

  /**
   * An engine, ready to make runs.
   *
   * @param address where it runs, as the engine writes it
   * @param program the class whose main method is the command line
   * @throws IllegalArgumentException if the address can't be one
   * @throws TrainingException if the engine can't be had there: why, and what to do
   */
  RunEngine open(String address, Class<?> program);

  /**
   * The provider of a name.
   *
   * @param artifact the artifact that has it, with its version
   * @throws TrainingException if no jar on the class path has it: which one to add
   */
  static EngineProvider of(String name, String artifact) {
    return ServiceLoader.load(EngineProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    "--"
                        + name
                        + " needs a jar that is not on the class path; expected "
                        + artifact
                        + " in lib. Fetch it with 'mvn dependency:copy -Dartifact="
                        + artifact
                        + " -DoutputDirectory=lib'"));
  }
}
