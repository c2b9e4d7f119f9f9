package org.grokfast.tools.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Comparison;
import org.grokfast.models.comparison.ComparisonJson;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.text.ShellWord;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.runs.PlannedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grokfast compare TASK}: trains a task with several settings and seeds. */
@Command(
    name = "compare",
    description =
        "Trains a task with several settings (arms) and seeds, each run a process of its own, and"
            + " compares them with a tuned baseline. What is finished isn't run again.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "The first crossing is the first validation at or above the threshold (--until). The"
          + " sustained crossing is the first validation from which on the accuracy is not below it"
          + " in any validation of the next --sustain steps. A crossing that a run did not reach"
          + " enters as what is known of it, such as '> 3000'. A ratio is the baseline's median over"
          + " the arm's; from five seeds on it has an interval, a percentile bootstrap over seeds,"
          + " and a p, a permutation test, both paired by seed. With fewer all values are shown.",
      "",
      "The folder gets report.html, a page that needs nothing else, comparison.json, summary.csv,"
          + " runs.csv, curves.csv, the curves and a forest plot of the ratios as SVG for light and"
          + " dark pages, and runs/ with every run's files.",
      "",
      "Ctrl-C ends the running processes with a checkpoint each; the same command continues them.",
      "",
      "Examples:",
      "  grokfast compare algorithmic",
      "  grokfast compare algorithmic --only adamw,ema --seeds 0-2 --jobs 1",
      "  grokfast compare algorithmic --show-arms >arms.yaml",
      "  grokfast compare algorithmic --arms arms.yaml --out runs/mine",
      "  grokfast compare algorithmic --only adamw,best \\",
      "      --grid lr=1e-3,3e-3 --grid weight-decay=0.3,1,3"
    })
public final class CompareVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunArguments runs;

  @Option(
      names = "--arms",
      paramLabel = "FILE",
      description = "The arms in YAML; default: those that come with the task, see --show-arms.")
  private Path file;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Only these of the arms, separated by commas; default: all.")
  private List<String> only = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "SEEDS",
      defaultValue = "0-4",
      description = "Numbers and ranges, such as 0-4 or 0,3,7-9; default ${DEFAULT-VALUE}.")
  private String seeds;

  @Option(
      names = "--grid",
      paramLabel = "KEY=V,V,...",
      description =
          "Train every arm with every value of this option of 'train TASK'; given twice, for the"
              + " columns and the rows of a heat map of each arm's ratio to the baseline; default:"
              + " none.")
  private List<String> grid = List.of();

  @Option(
      names = "--show-arms",
      description = "Print the arms that come with the task and end; default: no.")
  private boolean showArms;

  @Option(
      names = "--dry-run",
      description = "Print the command of every run and whether it is finished; default: no.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException, InterruptedException {
    TaskSpec kind = runs.kind();
    if (showArms) {
      spec.commandLine().getOut().print(ArmsFile.shippedText(kind));
      spec.commandLine().getOut().flush();
      return ExitCode.DONE;
    }
    ArmsFile.Content content = ArmsFile.of(file, kind, runs.fixed());
    List<Arm> chosen =
        only.isEmpty() ? content.arms() : ArmsFile.chosen(content.arms(), only, "--only", runs);
    List<Arm> arms = Grid.of(grid, runs, kind).expand(chosen);
    List<Long> numbers = runs.seeds(seeds);
    if (dryRun) {
      list(ManyRuns.plan(kind, arms, numbers, runs.out()));
      return ExitCode.DONE;
    }
    NativeLibrary.require();
    runs.announce();
    runs.noteShortRuns(kind, arms);
    Optional<List<ArmResult>> results;
    try (ManyRuns many =
        new ManyRuns(runs::engine, runs.out(), runs.jobs(), spec.commandLine().getErr())) {
      results = many.make(kind, arms, numbers);
    }
    if (results.isEmpty()) {
      return ExitCode.FAILED;
    }
    Comparison comparison =
        new Comparison(
            kind.name(),
            kind.metric(),
            numbers,
            content.baseline().filter(name -> arms.stream().anyMatch(arm -> isOf(arm, name))),
            results.get(),
            Origins.of(spec.commandLine()));
    report(comparison);
    return comparison.hasFailures() ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** Whether this is the arm of that name, or it in a cell of a grid. */
  private static boolean isOf(Arm arm, String name) {
    return arm.cell().map(Arm.Cell::arm).orElse(arm.name()).equals(name);
  }

  private void list(List<PlannedRun> planned) {
    PrintWriter out = spec.commandLine().getOut();
    for (PlannedRun run : planned) {
      String state =
          run.outcome().isPresent()
              ? "finished"
              : run.folder().canBeResumed() ? "to be continued" : "to be run";
      out.println(state + ": grokfast " + ShellWord.join(run.command()));
    }
    out.flush();
  }

  private void report(Comparison comparison) {
    ComparisonFiles files = new ComparisonFiles(runs.out());
    files.write(comparison);
    PrintWriter out = spec.commandLine().getOut();
    if (runs.json()) {
      Json.print(out, ComparisonJson.of(comparison));
      return;
    }
    TextPage page = TextPage.onOutput(spec.commandLine());
    new ComparisonText(comparison, page).print();
    files.list(page);
  }
}
