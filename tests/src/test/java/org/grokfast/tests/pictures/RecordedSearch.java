package org.grokfast.tests.pictures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A search below {@code docs/results/data}, the {@code tune.json} of a contender. */
final class RecordedSearch {
  /** What a search doesn't vary, of the words of a command line. */
  private static final Set<String> FIXED =
      Set.of(
          "steps",
          "sustain",
          "validate-every",
          "checkpoint-every",
          "optimizer",
          "threads",
          "until",
          "full");

  private final JsonNode search;

  private RecordedSearch(JsonNode search) {
    this.search = search;
  }

  static RecordedSearch read(String file) {
    try {
      return new RecordedSearch(
          new ObjectMapper().readTree(RecordedRuns.folder().resolve(file).toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The seeds on which it ran. */
  List<Integer> seeds() {
    return stream(search.get("seeds")).map(JsonNode::asInt).toList();
  }

  /** Seeds, rounds and steps, as a text that is the same for equal budgets. */
  String budget() {
    List<String> rounds = new ArrayList<>();
    for (JsonNode round : search.get("rounds")) {
      rounds.add(round.get("trials").size() + " to " + round.get("steps"));
    }
    return seeds() + " " + rounds + " " + search.get("stepsBudget");
  }

  /** A figure of the winner in the last round, by its name in JSON. */
  String winners(String figure) {
    JsonNode rounds = search.get("rounds");
    return rounds.get(rounds.size() - 1).get("trials").get(0).get(figure).asText();
  }

  /** The winner's settings by their names. */
  Map<String, String> best() {
    Map<String, String> best = new LinkedHashMap<>();
    stream(search.get("best"))
        .map(word -> word.asText().substring("--".length()).split("=", 2))
        .filter(setting -> !FIXED.contains(setting[0]))
        .forEach(setting -> best.put(setting[0], setting[1]));
    return best;
  }

  /** The winner's settings as words of a command line. */
  String settings() {
    return best().entrySet().stream()
        .map(setting -> "`--" + setting.getKey() + "=" + setting.getValue() + "`")
        .collect(Collectors.joining(" "));
  }

  /**
   * A row a contender, with its winner's settings.
   *
   * @param searches by what the contenders are called
   */
  static String table(Map<String, RecordedSearch> searches) {
    StringBuilder table = new StringBuilder();
    table.append("| contender | settings | in the search: first, sustained | noise |\n");
    table.append("| --- | --- | --- | --- |\n");
    searches.forEach(
        (name, search) ->
            table.append(
                String.join(
                    " | ",
                    "| " + name,
                    search.settings(),
                    search.winners("firstCrossing") + ", " + search.winners("sustainedCrossing"),
                    search.noise() + " |\n")));
    return table.toString();
  }

  /** Round by round, how many of the dropped trials can't be told from the last one kept. */
  String noise() {
    List<String> noise = new ArrayList<>();
    for (JsonNode round : search.get("rounds")) {
      int dropped = round.get("trials").size() - round.get("kept").asInt();
      if (dropped > 0) {
        noise.add(round.get("indistinguishable").size() + " of " + dropped);
      }
    }
    return String.join(", ", noise);
  }

  private static Stream<JsonNode> stream(JsonNode nodes) {
    return StreamSupport.stream(nodes.spliterator(), false);
  }
}
