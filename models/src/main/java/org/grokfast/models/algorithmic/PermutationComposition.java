package org.grokfast.models.algorithmic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The composition of the 120 permutations of five things, the group S5, as in Power et al. 2022,
 * arXiv 2201.02177. An element is a permutation's place in their lexicographic order, so 0 is the
 * identity; {@code x ∘ y} first does y: it takes i to x(y(i)). The group isn't commutative.
 */
public final class PermutationComposition implements Equations {
  static final String NAME = "s5";
  private static final int LETTERS = 5;

  private final List<List<Integer>> permutations = new ArrayList<>();
  private final Map<List<Integer>, Integer> places = new HashMap<>();

  /** All 14,400 pairs. */
  public PermutationComposition() {
    extend(List.of());
  }

  private void extend(List<Integer> start) {
    if (start.size() == LETTERS) {
      places.put(start, permutations.size());
      permutations.add(start);
      return;
    }
    for (int letter = 0; letter < LETTERS; letter++) {
      if (!start.contains(letter)) {
        List<Integer> longer = new ArrayList<>(start);
        longer.add(letter);
        extend(List.copyOf(longer));
      }
    }
  }

  @Override
  public int elements() {
    return permutations.size();
  }

  @Override
  public int size() {
    return elements() * elements();
  }

  @Override
  public int x(int equation) {
    return equation / elements();
  }

  @Override
  public int y(int equation) {
    return equation % elements();
  }

  @Override
  public int answer(int equation) {
    List<Integer> left = permutations.get(x(equation));
    return places.get(permutations.get(y(equation)).stream().map(left::get).toList());
  }

  @Override
  public String title() {
    return "composition in S5";
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("operation", NAME);
    return map;
  }
}
