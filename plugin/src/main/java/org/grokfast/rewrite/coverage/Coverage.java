package org.grokfast.rewrite.coverage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of every variable that a train step changes with its data; each variable is in it
 * once.
 *
 * @param fates the variables in the order of the graph
 */
public record Coverage(List<VariableFate> fates) {
  /** Nothing is known of any variable. */
  public static final Coverage NONE = new Coverage(List.of());

  /**
   * Makes the list immutable.
   *
   * @throws IllegalArgumentException if a variable is in it twice
   */
  public Coverage {
    fates = List.copyOf(fates);
    Set<String> seen = new HashSet<>();
    for (VariableFate each : fates) {
      if (!seen.add(each.variable())) {
        throw new IllegalArgumentException("variable '" + each.variable() + "' has two fates");
      }
    }
  }

  /** The variables of one fate, in the order of the graph. */
  public List<VariableFate> of(Fate fate) {
    return fates.stream().filter(each -> each.fate() == fate).toList();
  }

  /** The number of variables of one fate. */
  public int count(Fate fate) {
    return (int) fates.stream().filter(each -> each.fate() == fate).count();
  }

  /** The number of variables that are trained by a gradient, as far as it could be told. */
  public int trained() {
    return (int) fates.stream().filter(each -> each.fate().isTrained()).count();
  }

  /** The number of variables that take a filtered gradient, all of them or as far as is known. */
  public int filtered() {
    return (int) fates.stream().filter(each -> each.fate().isFiltered()).count();
  }

  /** The variables of one fate by the reason that they share, in the order of the graph. */
  public Map<String, List<String>> byReason(Fate fate) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (VariableFate each : of(fate)) {
      byReason
          .computeIfAbsent(each.reason().toString(), reason -> new ArrayList<>())
          .add(each.variable());
    }
    return byReason;
  }
}
