package org.grokfast.tools;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.tools.console.ChildJvm;
import org.grokfast.tools.console.Folders;
import picocli.CommandLine;

/**
 * Makes an archive of class data of the jars on the class path, for the hundreds of JVMs that tests
 * start; run by the build before the tests. Without it, tests take longer and say the same.
 *
 * <p>A program is run that uses the classes of most children; the JVMs write down which, and an
 * archive is made of those.
 */
public final class ClassArchive {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** In place of the archive: what the program that uses the classes is told. */
  private static final String LEARN = "learn";

  private ClassArchive() {}

  /**
   * Makes the archive, unless there is one of the same jars.
   *
   * @param args the archive; the list of classes, which is made where it is missing; training
   *     graphs to rewrite and verify for that
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> graphs = List.of(args).subList(2, args.length);
    if (args[0].equals(LEARN)) {
      learn(Path.of(args[1]), graphs);
      return;
    }
    Path archive = Path.of(args[0]);
    Path list = Path.of(args[1]);
    Path from = archive.resolveSibling(archive.getFileName() + ".jars");
    List<String> jars = jars();
    if (Files.exists(archive) && Files.exists(from) && Files.readAllLines(from).equals(jars)) {
      return;
    }
    Files.deleteIfExists(archive);
    if (!Files.exists(list)) {
      list(list, graphs);
    }
    List<String> command =
        List.of(
            JAVA,
            "-Xshare:dump",
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + archive,
            "-cp",
            String.join(File.pathSeparator, ChildJvm.jars()));
    run(new ProcessBuilder(command));
    Files.write(from, jars);
    if (!Files.exists(archive)) {
      System.out.println("this JVM makes no archive of class data; the tests do without");
    }
  }

  /** The class path that an archive is for: each jar with its time and size. */
  private static List<String> jars() {
    List<String> jars = new ArrayList<>();
    for (String jar : ChildJvm.jars()) {
      File file = new File(jar);
      jars.add(jar + " " + file.lastModified() + " " + file.length());
    }
    return jars;
  }

  /** Writes down the classes that a program and its children use. */
  private static void list(Path list, List<String> graphs)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("grokfast-classes-");
    try {
      List<String> command =
          new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
      command.add(String.join(File.pathSeparator, ChildJvm.classPath()));
      command.addAll(List.of(ClassArchive.class.getName(), LEARN, folder.toString()));
      command.addAll(graphs);
      ProcessBuilder program = new ProcessBuilder(command);
      // The children have it from the environment; %p is the number of the process.
      String lists = folder.resolve("%p.list").toString();
      program.environment().put("JDK_JAVA_OPTIONS", "\"-XX:DumpLoadedClassList=" + lists + "\"");
      run(program);
      Set<String> classes = new LinkedHashSet<>();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(file -> file.toString().endsWith(".list")).toList()) {
          classes.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
        }
      }
      Files.write(list, classes);
    } finally {
      Folders.delete(folder);
    }
  }

  /** What the program does: files go into the folder. */
  private static void learn(Path folder, List<String> graphs) {
    for (int i = 0; i < graphs.size(); i++) {
      String rewritten = folder.resolve("rewritten-" + i).toString();
      execute("rewrite", graphs.get(i), "-o", rewritten);
      execute("verify", graphs.get(i), rewritten, "--steps=2", "--json");
    }
    execute("train", "parity", "--steps=2", "--out=" + folder.resolve("run"));
  }

  private static void execute(String... words) {
    CommandLine program = Main.commandLineFor(words);
    System.out.println(String.join(" ", words) + ": " + program.execute(words));
  }

  private static void run(ProcessBuilder program) throws IOException, InterruptedException {
    Path log = Files.createTempFile("grokfast-classes-", ".log");
    try {
      program.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    } finally {
      Files.delete(log);
    }
  }
}
