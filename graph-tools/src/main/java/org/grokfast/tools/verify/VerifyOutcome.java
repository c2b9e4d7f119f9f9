package org.grokfast.tools.verify;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.proof.SiteProof;

/**
 * What a comparison gave.
 *
 * @param variables the filtered variables, in the graph's order
 * @param notes what the user should know, a sentence each
 * @param proofs what is proved of the filtered tensors; empty where nothing was to be proved
 */
public record VerifyOutcome(List<Compared> variables, List<String> notes, List<SiteProof> proofs) {
  /** Makes the lists immutable. */
  public VerifyOutcome {
    variables = List.copyOf(variables);
    notes = List.copyOf(notes);
    proofs = List.copyOf(proofs);
  }

  /**
   * A filtered variable.
   *
   * @param variable its name
   * @param filter the filter that the graph says it has
   * @param gradient the largest relative difference of its filtered gradient
   * @param step the step of that difference, counted from 0; -1 where there is none
   * @param weights the largest relative difference of its weights without amplification; null where
   *     they were not compared
   * @param identical whether the weights have the same bits; false where they were not compared
   * @param tolerance the largest difference that passes, which is at least what roundings alone may
   *     come to
   */
  public record Compared(
      String variable,
      String filter,
      double gradient,
      int step,
      Double weights,
      boolean identical,
      double tolerance) {

    /** Whether all differences are within the tolerance. */
    public boolean passed() {
      return gradient <= tolerance && (weights == null || weights <= tolerance);
    }
  }

  /** The same with one more note. */
  public VerifyOutcome with(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new VerifyOutcome(variables, more, proofs);
  }

  /** The same with what is proved. */
  public VerifyOutcome with(List<SiteProof> proved) {
    return new VerifyOutcome(variables, notes, proved);
  }

  /** Whether every variable passed, and no filter stands on what is no gradient. */
  public boolean passed() {
    return variables.stream().allMatch(Compared::passed) && misplaced() == 0;
  }

  /** How many filters stand on what is no gradient. */
  public long misplaced() {
    return proofs.stream().filter(proof -> proof.verdict() == SiteProof.Verdict.OTHER).count();
  }
}
