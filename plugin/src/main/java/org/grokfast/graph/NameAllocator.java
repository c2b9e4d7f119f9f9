package org.grokfast.graph;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Gives out names that are not taken, by a suffix where one is. */
public final class NameAllocator {
  private final Predicate<String> taken;
  private final Set<String> given = new HashSet<>();

  /** An allocator that avoids what {@code taken} holds of. */
  public NameAllocator(Predicate<String> taken) {
    this.taken = taken;
  }

  /** {@code wanted}, or {@code wanted_1}, {@code wanted_2} … where it is taken. */
  public String allocate(String wanted) {
    String name = wanted;
    for (int suffix = 1; taken.test(name) || !given.add(name); suffix++) {
      name = wanted + "_" + suffix;
    }
    return name;
  }

  /**
   * A name like {@link #allocate}'s that is free with a suffix too; both count as given.
   *
   * @param suffix what the other name has behind the first
   */
  public String allocatePair(String wanted, String suffix) {
    String name = wanted;
    for (int number = 1; isTaken(name) || isTaken(name + suffix); number++) {
      name = wanted + "_" + number;
    }
    given.add(name);
    given.add(name + suffix);
    return name;
  }

  private boolean isTaken(String name) {
    return taken.test(name) || given.contains(name);
  }
}
