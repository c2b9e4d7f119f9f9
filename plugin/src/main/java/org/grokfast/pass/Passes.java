package org.grokfast.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All kinds of passes. A new one is its own file and a line here. */
public final class Passes {
  /** The kinds, in the order of a step, of help texts and of the documentation. */
  public static final List<PassKind<? extends StepPass>> ALL =
      List.of(DecoupledWeightDecay.KIND, Muon.KIND, Lookahead.KIND);

  private Passes() {}

  /**
   * Passes in the order of a step.
   *
   * @throws IllegalArgumentException if a kind is there twice
   */
  public static List<StepPass> inOrder(List<StepPass> passes) {
    Set<PassKind<?>> kinds = new HashSet<>();
    for (StepPass pass : passes) {
      if (!kinds.add(pass.kind())) {
        throw new IllegalArgumentException("the pass " + pass.kind().name() + " is given twice");
      }
    }
    return passes.stream().sorted(Comparator.comparing(pass -> ALL.indexOf(pass.kind()))).toList();
  }

  /**
   * Passes from their texts in the order of a step, with commas between them; see {@link
   * StepPass#text}.
   *
   * @throws IllegalArgumentException if it can't be read
   */
  public static List<StepPass> parse(String text) {
    List<StepPass> passes = new ArrayList<>();
    String rest = text;
    for (int i = 0; i < ALL.size() && !rest.isEmpty(); i++) {
      PassKind<? extends StepPass> kind = ALL.get(i);
      if (rest.startsWith(kind.name() + "(")) {
        String own = rest;
        rest = "";
        for (PassKind<?> later : ALL.subList(i + 1, ALL.size())) {
          int next = own.indexOf("]), " + later.name() + "(");
          if (next >= 0 && rest.isEmpty()) {
            rest = own.substring(next + "]), ".length());
            own = own.substring(0, next + "])".length());
          }
        }
        passes.add(single(kind, own.substring(kind.name().length() + 1)));
      }
    }
    if (!rest.isEmpty() || passes.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' is no description of passes");
    }
    return passes;
  }

  /** Reads {@code value, exclude=[a, b])}, or the same with {@code include}. */
  private static StepPass single(PassKind<? extends StepPass> kind, String text) {
    String key = ", " + kind.variables().key() + "=[";
    int at = text.indexOf(key);
    if (at < 0 || !text.endsWith("])")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no description of a pass; expected '" + key.substring(2) + "'");
    }
    String patterns = text.substring(at + key.length(), text.length() - "])".length());
    List<String> all = patterns.isEmpty() ? List.of() : Arrays.asList(patterns.split(", ", -1));
    return kind.factory().create(text.substring(0, at), all);
  }
}
