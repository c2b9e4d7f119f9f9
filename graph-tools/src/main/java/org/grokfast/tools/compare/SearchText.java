package org.grokfast.tools.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Column;
import org.grokfast.models.tuning.Halving;
import org.grokfast.models.tuning.SearchResult;
import org.grokfast.tools.console.TextPage;

/** A search for a person: what every round kept. */
final class SearchText {
  private final SearchResult result;
  private final TextPage page;

  SearchText(SearchResult result, TextPage page) {
    this.result = result;
    this.page = page;
  }

  void print() {
    for (SearchResult.Round round : result.rounds()) {
      page.heading("Round to step " + round.steps() + ": kept " + kept(round));
      page.table(2, rows(round));
      noise(round).ifPresent(text -> page.text(2, text));
      ComparisonText.failures(round.ranked(), page);
      page.blank();
    }
    Optional<Arm> best = result.best().map(ArmResult::arm);
    page.heading(best.map(arm -> "Best: " + arm.name()).orElse("Best: none"));
    page.text(
        2,
        best.map(Arm::about)
            .orElse("every run of the last round failed; the same command tries them again"));
    page.blank();
    page.flush();
  }

  private Optional<String> noise(SearchResult.Round round) {
    List<String> names =
        result.indistinguishable(round).stream().map(trial -> trial.arm().name()).toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    String last = round.ranked().get(round.kept() - 1).arm().name();
    int seeds = round.seeds();
    return Optional.of(
        "noise: "
            + last
            + (seeds == 1 ? " has one seed, which can't tell it" : " is not better in every seed")
            + (seeds == 1 ? " from " : " than ")
            + String.join(", ", names)
            + ", which went no further");
  }

  private static String kept(SearchResult.Round round) {
    return round.ranked().subList(0, round.kept()).stream()
        .map(kept -> kept.arm().name())
        .collect(Collectors.joining(", "));
  }

  private List<List<String>> rows(SearchResult.Round round) {
    List<Column> criteria = Halving.criteria(result.metric());
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("trial"));
    criteria.forEach(column -> header.add(column.label()));
    rows.add(header);
    for (ArmResult trial : round.ranked()) {
      List<String> row = new ArrayList<>(List.of(trial.arm().name()));
      criteria.forEach(
          column ->
              row.add(
                  trial.spread(column).map(spread -> column.text(spread.median())).orElse("-")));
      rows.add(row);
    }
    return rows;
  }
}
