package org.grokfast.tools.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.grokfast.models.qm9.Qm9Task;
import org.grokfast.models.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grokfast train qm9}: a graph network learns a property of molecules. */
@Command(
    name = "qm9",
    description =
        "Trains a graph network (two NNConv layers, sum over the atoms) on the isotropic"
            + " polarisability of half of the first molecules of QM9 and judges it by the other"
            + " half. The defaults are the Grokfast-EMA run of the reference implementation.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Ctrl-C ends the run after the current step with a checkpoint; --resume continues it.",
      "",
      "Examples:",
      "  grokfast train qm9 --data-dir ~/data/qm9",
      "  grokfast train qm9 --data-dir ~/data/qm9 --filter none --weight-decay 0",
      "  grokfast train qm9 --generated --steps 200"
    })
final class Qm9Command implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "The folder with QM9, or one with a folder qm9: gdb9.sdf and gdb9.sdf.csv, or the files"
              + " dsgdb9nsd_*.xyz, both with uncharacterized.txt; or a table *bonds.tsv.gz with"
              + " tables *.csv.gz; default: that of the environment variable GROKFAST_DATA.")
  private Path folder;

  @Option(
      names = "--generated",
      description =
          "Take made-up molecules: a check that the task runs on this machine, which needs no data"
              + " and says nothing of QM9; default: no.")
  private boolean generated;

  @Option(
      names = "--molecules",
      paramLabel = "N",
      defaultValue = "" + Qm9Task.MOLECULES,
      description = "The number of molecules, both halves together; default ${DEFAULT-VALUE}.")
  private int molecules;

  @Option(
      names = "--initial-scale",
      paramLabel = "S",
      defaultValue = "" + Qm9Task.INITIAL_SCALE,
      description = "What the initial parameters are multiplied by, > 0; default ${DEFAULT-VALUE}.")
  private double initialScale;

  @Mixin private TrainingArguments training;

  @Override
  public Integer call() {
    return new TrainingRun(spec, training, this::task).call();
  }

  private Task task() {
    if (generated) {
      Task made = Qm9Task.generated(molecules, initialScale, training.seed());
      SelfCheck.announce(spec, "made-up molecules, not QM9");
      return made;
    }
    return Qm9Task.read(Optional.ofNullable(folder), molecules, initialScale, training.seed());
  }
}
