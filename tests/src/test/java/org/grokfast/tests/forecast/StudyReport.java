package org.grokfast.tests.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import org.grokfast.models.forecast.ForecastModel.Group;
import org.grokfast.tests.forecast.Scores.Figure;
import org.grokfast.tests.forecast.Scores.Outcome;

/** The tables of {@code docs/results/forecast.md}. */
final class StudyReport {
  private static final List<Double> CUTS = List.of(0.3, 0.5, 0.7, 0.9);

  private final List<StudyRow> all;
  private final List<StudyRow> open;
  private final StringBuilder text = new StringBuilder();

  private StudyReport(List<StudyRow> all) {
    this.all = all;
    this.open = all.stream().filter(StudyRow::open).toList();
  }

  /** All tables, in Markdown. */
  static String of(List<StudyRow> rows) {
    StudyReport report = new StudyReport(rows);
    report.runs();
    report.sets();
    report.heldOut();
    report.operations();
    report.calibration();
    report.lead();
    report.time();
    return report.text.toString();
  }

  private void runs() {
    heading("The runs");
    row("operation", "runs", "generalised by step 400", "later", "not by step 2,000");
    rule(5);
    for (String operation : StudySetting.OPERATIONS) {
      counts(operation, row -> row.setting().operation().equals(operation));
    }
    for (int prime : StudySetting.PRIMES) {
      counts("modulus " + prime, row -> row.setting().prime() == prime);
    }
    counts("all", row -> true);
  }

  private void counts(String name, Predicate<StudyRow> which) {
    List<StudyRow> rows = all.stream().filter(which).toList();
    long later = rows.stream().filter(row -> row.open() && row.generalised()).count();
    long early = rows.stream().filter(row -> !row.open()).count();
    row(name, rows.size(), early, later, rows.size() - early - later);
  }

  private void sets() {
    heading("What is looked at");
    row(
        "features",
        "number",
        "AUROC, run left out",
        "Brier score",
        "AUROC, operation held out",
        "within operations",
        "Brier score");
    rule(7);
    for (FeatureSet set : FeatureSet.values()) {
      List<Outcome> run = HeldOut.RUN.outcomes(open, set);
      List<Outcome> operation = HeldOut.OPERATION.outcomes(open, set);
      row(
          set == FeatureSet.SHIPPED ? "**" + set.title() + "** (shipped)" : set.title(),
          set.features().size(),
          figure(Scores.bootstrap(run, Scores::auroc)),
          figure(Scores.bootstrap(run, Scores::brier)),
          figure(Scores.bootstrap(operation, Scores::auroc)),
          figure(Scores.bootstrap(operation, Scores::within)),
          figure(Scores.bootstrap(operation, Scores::brier)));
    }
    double share = (double) open.stream().filter(StudyRow::generalised).count() / open.size();
    String base = number(share * (1 - share));
    row("none: the share of all", 0, "0.500", base, "0.500", "0.500", base);
  }

  private void heldOut() {
    heading("What is held out");
    row(
        "held out",
        "AUROC",
        "within operations",
        "Brier score",
        "AUROC, validation below 50 % so far");
    rule(5);
    for (HeldOut kind : HeldOut.values()) {
      List<Outcome> outcomes = kind.outcomes(open, FeatureSet.SHIPPED);
      row(
          kind.title(),
          figure(Scores.bootstrap(outcomes, Scores::auroc)),
          figure(Scores.bootstrap(outcomes, Scores::within)),
          figure(Scores.bootstrap(outcomes, Scores::brier)),
          figure(Scores.bootstrap(still(outcomes), Scores::auroc)));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "\nOf the %d runs, %d have a feature so far from those of all other operations that a"
                + " model without\ntheir own would have refused them; they are in these figures.\n",
            open.size(),
            HeldOut.OPERATION.refused(open, FeatureSet.TRAINING_AND_SETTINGS)));
  }

  private void operations() {
    heading("By operation and modulus, each held out");
    row("runs", "number", "generalised", "AUROC", "Brier score");
    rule(5);
    List<Outcome> outcomes = HeldOut.OPERATION.outcomes(open, FeatureSet.SHIPPED);
    for (String operation : StudySetting.OPERATIONS) {
      part(operation, outcomes, row -> row.setting().operation().equals(operation));
    }
    List<Outcome> moduli = HeldOut.MODULUS.outcomes(open, FeatureSet.SHIPPED);
    for (int prime : StudySetting.PRIMES) {
      part("modulus " + prime, moduli, row -> row.setting().prime() == prime);
    }
  }

  private void part(String name, List<Outcome> outcomes, Predicate<StudyRow> which) {
    List<Outcome> part = outcomes.stream().filter(o -> which.test(o.row())).toList();
    long generalised = part.stream().filter(Outcome::generalised).count();
    boolean both = generalised > 0 && generalised < part.size();
    row(
        name,
        part.size(),
        generalised,
        both ? figure(Scores.bootstrap(part, Scores::auroc)) : "none: all alike",
        figure(Scores.bootstrap(part, Scores::brier)));
  }

  private void calibration() {
    heading("Calibration");
    row("forecast", "run left out: runs", "generalised", "operation held out: runs", "generalised");
    rule(5);
    List<Group> run = ShippedModel.groups(HeldOut.RUN.outcomes(open, FeatureSet.SHIPPED));
    List<Group> operation =
        ShippedModel.groups(HeldOut.OPERATION.outcomes(open, FeatureSet.SHIPPED));
    for (int i = 0; i < run.size(); i++) {
      row(
          percent(run.get(i).from()) + " to " + percent(run.get(i).to()),
          run.get(i).runs(),
          generalised(run.get(i)),
          operation.get(i).runs(),
          generalised(operation.get(i)));
    }
  }

  private static String generalised(Group group) {
    return group.runs() == 0
        ? "0"
        : group.generalised() + " (" + percent((double) group.generalised() / group.runs()) + ")";
  }

  private void lead() {
    heading("Lead");
    row(
        "held out",
        "forecast at least",
        "of those that generalise",
        "of those that don't",
        "steps to 50 %, median (quartiles)",
        "steps to 95 %, median (quartiles)",
        "still below 50 %");
    rule(7);
    for (HeldOut kind : List.of(HeldOut.RUN, HeldOut.OPERATION)) {
      List<Outcome> outcomes = kind.outcomes(open, FeatureSet.SHIPPED);
      CUTS.forEach(cut -> lead(kind, outcomes, cut));
    }
  }

  private void lead(HeldOut kind, List<Outcome> outcomes, double cut) {
    List<StudyRow> right =
        outcomes.stream()
            .filter(o -> o.generalised() && o.probability() >= cut)
            .map(Outcome::row)
            .toList();
    row(
        kind.title(),
        percent(cut),
        share(outcomes, Outcome::generalised, cut),
        share(outcomes, o -> !o.generalised(), cut),
        right.isEmpty() ? "" : leads(right, StudyRow::half),
        right.isEmpty() ? "" : leads(right, StudyRow::reached),
        right.stream().filter(StudyRow::still).count() + " of " + right.size());
  }

  private static String share(List<Outcome> outcomes, Predicate<Outcome> which, double cut) {
    List<Outcome> some = outcomes.stream().filter(which).toList();
    long above = some.stream().filter(o -> o.probability() >= cut).count();
    return above + " of " + some.size() + " (" + percent((double) above / some.size()) + ")";
  }

  private static String leads(List<StudyRow> rows, Function<StudyRow, OptionalInt> step) {
    double[] leads =
        rows.stream()
            .mapToDouble(row -> step.apply(row).orElseThrow() - StudySetting.EARLY_STEPS)
            .sorted()
            .toArray();
    return String.format(
        Locale.ROOT,
        "%.0f (%.0f to %.0f)",
        Scores.quantile(leads, 0.5),
        Scores.quantile(leads, 0.25),
        Scores.quantile(leads, 0.75));
  }

  private void time() {
    heading("When");
    row("held out", "runs", "median factor", "nine of ten within", "interval of eight of ten");
    rule(5);
    for (HeldOut kind : List.of(HeldOut.RUN, HeldOut.OPERATION)) {
      double[] errors =
          kind.timeErrors(open, FeatureSet.SHIPPED).stream()
              .mapToDouble(error -> error)
              .sorted()
              .toArray();
      double[] factors =
          Arrays.stream(errors).map(error -> Math.pow(10, Math.abs(error))).sorted().toArray();
      row(
          kind.title(),
          errors.length,
          number(Scores.quantile(factors, 0.5)),
          number(Scores.quantile(factors, 0.9)),
          "× "
              + number(Math.pow(10, Scores.quantile(errors, 0.1)))
              + " to × "
              + number(Math.pow(10, Scores.quantile(errors, 0.9))));
    }
  }

  private static List<Outcome> still(List<Outcome> outcomes) {
    return outcomes.stream().filter(o -> o.row().still()).toList();
  }

  private void heading(String title) {
    text.append(text.length() == 0 ? "" : "\n").append("### ").append(title).append("\n\n");
  }

  private void row(Object... cells) {
    List<String> texts = new ArrayList<>();
    for (Object cell : cells) {
      texts.add(String.valueOf(cell));
    }
    text.append("| ").append(String.join(" | ", texts)).append(" |\n");
  }

  private void rule(int columns) {
    text.append("|").append(" --- |".repeat(columns)).append('\n');
  }

  private static String figure(Figure figure) {
    return number(figure.value())
        + " ("
        + number(figure.low())
        + " to "
        + number(figure.high())
        + ")";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * value);
  }
}
