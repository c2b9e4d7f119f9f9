package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.grokfast.proof.SiteProof;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifyOutcome.Compared;

/**
 * What {@code verify} prints.
 *
 * @param original the original as the user spelled it
 * @param rewritten the rewritten graph likewise
 * @param steps the number of steps
 * @param outcome what the comparison gave
 */
record VerifyReport(String original, String rewritten, int steps, VerifyOutcome outcome) {
  private static final int JSON_VERSION = 1;

  void print(TextPage page) {
    long failed = outcome.variables().stream().filter(variable -> !variable.passed()).count();
    page.heading(
        failed == 0
            ? "the rewritten graph does what its filter says" + misplaced()
            : String.format(
                Locale.ROOT,
                "%,d of %,d filtered variables differ",
                failed,
                outcome.variables().size()));
    page.field(2, "steps", String.format(Locale.ROOT, "%,d", steps));
    for (String filter :
        new TreeSet<>(outcome.variables().stream().map(Compared::filter).toList())) {
      page.field(2, "filter", filter);
    }
    page.blank();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("variable", "gradient", "weights", "allowed", ""));
    for (Compared variable : outcome.variables()) {
      rows.add(
          List.of(
              variable.variable(),
              number(variable.gradient())
                  + (variable.step() < 0 ? "" : " (step " + variable.step() + ")"),
              weights(variable),
              number(variable.tolerance()),
              variable.passed() ? "ok" : "DIFFERS"));
    }
    page.table(2, rows);
    proofs(page);
    outcome.notes().forEach(note -> page.field(2, "note", note));
    page.flush();
  }

  private String misplaced() {
    return outcome.misplaced() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            ", but %,d of %,d filters stand on what is not the gradient",
            outcome.misplaced(),
            outcome.proofs().size());
  }

  /** What is filtered, by numbers: tensors of which the same is proved are one line. */
  private void proofs(TextPage page) {
    if (outcome.proofs().isEmpty()) {
      return;
    }
    page.blank();
    Map<String, List<String>> said = new LinkedHashMap<>();
    outcome
        .proofs()
        .forEach(
            proof ->
                said.computeIfAbsent(proof.text(), text -> new ArrayList<>())
                    .add(proof.variable()));
    page.heading("What is filtered, by numbers");
    said.forEach(
        (text, variables) -> {
          page.text(2, String.join(", ", variables) + ":");
          page.text(4, text);
        });
    page.blank();
  }

  private static String weights(Compared variable) {
    if (variable.weights() == null) {
      return "-";
    }
    return variable.identical() ? "identical" : number(variable.weights());
  }

  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  Map<String, Object> toMap() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.put("original", original);
    root.put("rewritten", rewritten);
    root.put("steps", steps);
    root.put("passed", outcome.passed());
    List<Object> variables = new ArrayList<>();
    for (Compared variable : outcome.variables()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("variable", variable.variable());
      entry.put("filter", variable.filter());
      entry.put("gradientDifference", variable.gradient());
      entry.put("step", variable.step() < 0 ? null : variable.step());
      entry.put("weightDifference", variable.weights());
      entry.put("weightsIdentical", variable.weights() == null ? null : variable.identical());
      entry.put("tolerance", variable.tolerance());
      entry.put("passed", variable.passed());
      variables.add(entry);
    }
    root.put("variables", variables);
    root.put("proofs", outcome.proofs().stream().map(VerifyReport::proof).toList());
    root.put("notes", outcome.notes());
    return root;
  }

  private static Map<String, Object> proof(SiteProof proof) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("variable", proof.variable());
    entry.put("verdict", proof.verdict().label());
    entry.put("factor", proof.factor());
    entry.put("deviation", proof.deviation());
    entry.put("noise", proof.noise());
    entry.put("loss", proof.loss());
    entry.put("text", proof.text());
    return entry;
  }
}
