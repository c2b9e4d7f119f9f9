package org.grokfast.tools.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.tuning.Halving;
import org.grokfast.models.tuning.SearchResult;
import org.grokfast.models.tuning.SearchSpace;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.TextPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grokfast tune TASK}: looks for better values of an arm's options. */
@Command(
    name = "tune",
    description =
        "Looks for better values of an arm's learning rate, weight decay and every number of its"
            + " filter by successive halving: many settings make a few steps, the best go on.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "The first trial is the arm as it is, or with --speed-up by the paper's rule of thumb for its"
          + " filter. The others are random, on logarithmic scales. An arm without a filter is"
          + " tuned with the same --trials, --seeds and --steps on the same budget.",
      "",
      "Trials are ordered by how few of their runs failed, then by their medians over the seeds:"
          + " the earlier sustained crossing, then the earlier first one, then the higher accuracy,"
          + " then the lower loss. What was dropped though the last one kept is not better in every"
          + " seed is named: there the order is noise.",
      "",
      "The folder gets best.yaml, a file for 'grokfast compare --arms', tune.json and runs/. The"
          + " same command continues what was interrupted.",
      "",
      "Runs that failed are named, and the exit code is 1, as of 'grokfast compare'; where all of"
          + " the last trial failed, there is no best.yaml. The same command tries them again.",
      "",
      "Examples:",
      "  grokfast tune algorithmic --arm adamw-ema --trials 27 --steps 1500",
      "  grokfast tune algorithmic --arm adamw --trials 27 --steps 1500",
      "  grokfast compare algorithmic --arms runs/tune-algorithmic/best.yaml"
    })
public final class TuneVerb implements Callable<Integer> {
  private static final Pattern RANGE = Pattern.compile("([a-z0-9.-]+)=(.+?)\\.\\.(.+)");

  @Spec private CommandSpec spec;

  @Mixin private RunArguments runs;

  @Option(
      names = "--arms",
      paramLabel = "FILE",
      description = "The arms in YAML; default: those that come with the task.")
  private Path file;

  @Option(
      names = "--arm",
      paramLabel = "NAME",
      defaultValue = "ema",
      description = "The arm to start from; default ${DEFAULT-VALUE}.")
  private String arm;

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "9",
      description = "How many settings are tried; default ${DEFAULT-VALUE}.")
  private int trials;

  @Option(
      names = "--factor",
      paramLabel = "F",
      defaultValue = "3",
      description =
          "Every round keeps 1/F of the trials and trains them F times longer, an integer >= 2;"
              + " default ${DEFAULT-VALUE}.")
  private int factor;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "The steps of the last one; default: the arm's.")
  private Integer steps;

  @Option(
      names = "--seeds",
      paramLabel = "SEEDS",
      defaultValue = "0-2",
      description = "Numbers and ranges, such as 0-2 or 0,3,7-9; default ${DEFAULT-VALUE}.")
  private String seeds;

  @Option(
      names = "--first-steps",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "The steps of the first round at least. Where generalisation comes late, what is measured"
              + " before it says nothing about it; default: as --factor gives.")
  private int firstSteps;

  @Option(
      names = "--first-seeds",
      paramLabel = "N",
      description =
          "How many of the seeds the first round has; each later one has F times as many, up to"
              + " all; default: all.")
  private Integer firstSeeds;

  @Option(
      names = "--search-seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the random settings; default ${DEFAULT-VALUE}.")
  private long searchSeed;

  @Option(
      names = "--speed-up",
      paramLabel = "N",
      description =
          "Start the averages of the arm's filter at the paper's rule of thumb for a speed-up by N:"
              + " alpha^N = 0.1, a window of N; default: as the arm has them.")
  private Integer speedUp;

  @Option(
      names = "--range",
      paramLabel = "KEY=LOW..HIGH",
      description =
          "The range of lr, weight-decay or a number of the filter; may be repeated; default: a"
              + " tenth to ten times the arm's lr and weight-decay, and the filter's ranges in"
              + " docs/filters.md, such as alpha 0.316 to 0.989. A number of the optimizer or the"
              + " task that isn't varied otherwise is varied once it has a range, such as"
              + " beta1=0.1..0.97 or clip-norm=0.3..10; the first trial has the arm's.")
  private List<String> ranges = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    TaskSpec kind = runs.kind();
    ArmsFile.Content content = ArmsFile.of(file, kind, runs.fixed());
    Arm base = ArmsFile.chosen(content.arms(), List.of(arm), "--arm", runs).get(0);
    List<Long> numbers = runs.seeds(seeds);
    List<Halving.Rung> rungs;
    SearchSpace space;
    try {
      rungs = rungs(base.settings().steps(), numbers.size());
      space =
          speedUp == null
              ? SearchSpace.around(base.settings())
              : SearchSpace.around(base.settings(), speedUp);
      for (String range : ranges) {
        space = within(space, kind, range);
      }
    } catch (IllegalArgumentException e) {
      throw runs.wrong(e.getMessage());
    }
    Search search = new Search(kind, base, rungs, numbers);
    List<Arm> first =
        search.trials(
            space.trials(trials, searchSeed).stream()
                .map(point -> SearchOptions.of(point, base.settings().filter()))
                .toList());
    NativeLibrary.require();
    runs.announce();
    PrintWriter err = spec.commandLine().getErr();
    err.println(search.budget());
    runs.noteShortRuns(kind, search.last(base));
    List<SearchResult.Round> rounds;
    try (ManyRuns many = new ManyRuns(runs::engine, runs.out(), runs.jobs(), err)) {
      rounds = search.run(many, first);
    }
    if (rounds.size() < rungs.size()) {
      return ExitCode.FAILED;
    }
    SearchResult result =
        new SearchResult(
            kind.name(), kind.metric(), base, numbers, rounds, Origins.of(spec.commandLine()));
    SearchFiles files = new SearchFiles(runs.out());
    files.write(result);
    if (runs.json()) {
      Json.print(spec.commandLine().getOut(), result.toMap());
    } else {
      TextPage page = TextPage.onOutput(spec.commandLine());
      new SearchText(result, page).print();
      files.list(page);
    }
    return result.hasFailures() ? ExitCode.FAILED : ExitCode.DONE;
  }

  private List<Halving.Rung> rungs(int ofArm, int numbers) {
    Halving.Reach last = new Halving.Reach(steps == null ? ofArm : steps, numbers);
    return Halving.rungs(
        trials,
        factor,
        last,
        new Halving.Reach(firstSteps, firstSeeds == null ? numbers : firstSeeds));
  }

  private static SearchSpace within(SearchSpace space, TaskSpec kind, String range) {
    Matcher match = RANGE.matcher(range);
    try {
      if (match.matches()) {
        return SearchOptions.within(
            space,
            kind,
            match.group(1),
            Double.parseDouble(match.group(2)),
            Double.parseDouble(match.group(3)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--range " + range + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("--range must be KEY=LOW..HIGH, was '" + range + "'");
  }
}
