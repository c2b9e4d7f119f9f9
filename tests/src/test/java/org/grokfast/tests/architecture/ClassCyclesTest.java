package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.grokfast.Grokfast;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.Test;

/**
 * No two classes need each other, not even through others: each can be read after what it uses. A
 * nested class counts as a part of the class around it. The JDK's own {@code jdeps} says who uses
 * whom, since it also sees what ArchUnit doesn't: inlined constants and permitted subclasses.
 */
class ClassCyclesTest {
  private static final Pattern USE =
      Pattern.compile(
          "^ +(org\\.grokfast\\.[\\w.]+)\\S* +-> (org\\.grokfast\\.[\\w.]+)", Pattern.MULTILINE);

  @Test
  void noCircleOfClasses() throws URISyntaxException {
    Map<String, Set<String>> uses = uses();
    assertThat(uses).hasSizeGreaterThan(400);
    assertThat(circles(uses)).isEmpty();
  }

  /** Classes that reach each other, one list per circle. */
  private static Set<String> circles(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reached = new TreeMap<>();
    uses.keySet().forEach(name -> reached.put(name, Rooms.reachedFrom(name, uses)));
    Set<String> circles = new TreeSet<>();
    reached.forEach(
        (name, all) -> {
          if (all.contains(name)) {
            circles.add(
                all.stream()
                    .filter(other -> reached.getOrDefault(other, Set.of()).contains(name))
                    .collect(Collectors.joining(" ↔ ")));
          }
        });
    return circles;
  }

  /** Every main class, with the main classes that it uses. */
  private static Map<String, Set<String>> uses() throws URISyntaxException {
    List<String> arguments =
        new ArrayList<>(List.of("-verbose:class", "-filter:none", "--multi-release", "base"));
    for (Class<?> one : List.of(Grokfast.class, TrainingOptions.class, Main.class)) {
      arguments.add(
          Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    StringWriter output = new StringWriter();
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(
            new PrintWriter(output),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments.toArray(String[]::new));
    Map<String, Set<String>> uses = new TreeMap<>();
    Matcher matcher = USE.matcher(output.toString());
    while (matcher.find()) {
      Set<String> used = uses.computeIfAbsent(matcher.group(1), name -> new TreeSet<>());
      if (!matcher.group(1).equals(matcher.group(2))) {
        used.add(matcher.group(2));
      }
    }
    return uses;
  }
}
