package org.grokfast.tools.console;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the JVMs of child processes have in common: those that run graphs and those that train. */
public final class ChildJvm {
  /**
   * Names an archive of class data (JEP 310) for children to take classes from, with which each
   * needs some two thirds of the processor time to start. The build, which starts hundreds of them,
   * makes one. A JVM to which it does not fit passes over it.
   */
  public static final String ARCHIVE = "grokfast.class.archive";

  private ChildJvm() {}

  /** Options for every child. */
  public static List<String> options() {
    String archive = System.getProperty(ARCHIVE);
    return archive != null && new File(archive).exists()
        ? List.of("-XX:SharedArchiveFile=" + archive)
        : List.of();
  }

  /**
   * This JVM's class path with absolute paths, for a child has another working directory. Jars come
   * before folders: a JVM takes classes from an archive only where the class path begins with the
   * one that the archive was made with, and there are no folders in that.
   */
  public static List<String> classPath() {
    return Stream.of(jars(), folders()).flatMap(List::stream).toList();
  }

  /** The jars of this JVM's class path. */
  public static List<String> jars() {
    return places().stream().filter(place -> !place.isDirectory()).map(File::getPath).toList();
  }

  private static List<String> folders() {
    return places().stream().filter(File::isDirectory).map(File::getPath).toList();
  }

  private static List<File> places() {
    List<File> places = new ArrayList<>();
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      places.add(new File(place).getAbsoluteFile());
    }
    return places;
  }
}
