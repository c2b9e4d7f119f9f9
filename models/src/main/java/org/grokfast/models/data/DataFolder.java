package org.grokfast.models.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.TrainingException;

/**
 * Where the files of a data set are looked for: in the folder that was given, else in the one that
 * the environment variable {@value #VARIABLE} names. A folder in it that has the data set's name is
 * taken in its place, so that one folder can hold all data sets.
 */
public final class DataFolder {
  /** The environment variable. */
  public static final String VARIABLE = "GROKFAST_DATA";

  private DataFolder() {}

  /**
   * The folder that was given or that the environment names.
   *
   * @param given what was given, if anything was
   * @param dataSet the data set's name in lower case, such as {@code mnist}
   * @return empty if neither says one
   * @throws TrainingException if it isn't there
   */
  public static Optional<Path> find(Optional<Path> given, String dataSet) {
    return find(given, dataSet, System.getenv());
  }

  static Optional<Path> find(
      Optional<Path> given, String dataSet, Map<String, String> environment) {
    Optional<Path> named =
        given.or(
            () ->
                Optional.ofNullable(environment.get(VARIABLE))
                    .filter(text -> !text.isEmpty())
                    .map(Path::of));
    return named.map(
        folder -> {
          if (!Files.isDirectory(folder)) {
            throw new TrainingException(
                "'"
                    + folder
                    + "' is no folder; expected the one with the files of "
                    + dataSet
                    + (given.isPresent() ? "" : ", as " + VARIABLE + " says"));
          }
          Path inner = folder.resolve(dataSet);
          return Files.isDirectory(inner) ? inner : folder;
        });
  }

  /** Where downloads of a data set are kept: below {@code XDG_CACHE_HOME} or {@code ~/.cache}. */
  public static Path cache(String dataSet) {
    String home = System.getenv("XDG_CACHE_HOME");
    Path base =
        home == null || home.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(home);
    return base.resolve("grokfast").resolve(dataSet);
  }
}
