package org.grokfast.models.qm9;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.data.ResourceText;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.Range;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.SelfCheck;
import org.grokfast.models.task.ServingSignature;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;

/** The entry of {@link Qm9Task}; its runs are those of the reference's {@code main_qm9.py}. */
public final class Qm9Spec implements TaskSpec {
  private static final Setting<Path> FOLDER =
      Setting.path(
          "data-dir",
          "DIR",
          "The folder with QM9, or one with a folder qm9: gdb9.sdf and gdb9.sdf.csv, or the files"
              + " dsgdb9nsd_*.xyz, both with uncharacterized.txt; or a table *bonds.tsv.gz with"
              + " tables *.csv.gz",
          "that of the environment variable GROKFAST_DATA");
  private static final Setting<Boolean> GENERATED =
      Setting.flag(
          "generated",
          "Take made-up molecules: a check that the task runs on this machine, which needs no data and"
              + " says nothing of QM9");
  private static final Setting<Integer> MOLECULES =
      Setting.integer(
              "molecules", "N", Qm9Task.MOLECULES, "The number of molecules, both halves together")
          .in(
              Range.of(2, Qm9Task.MOST)
                  .described("from 2, one for either split, to " + Qm9Task.MOST));
  private static final Setting<Double> INITIAL_SCALE =
      Setting.real(
              "initial-scale",
              "S",
              Qm9Task.INITIAL_SCALE,
              "What the initial parameters are multiplied by, > 0")
          .in(Range.positive());

  private static final double FILTERED_DECAY = 0.01;

  @Override
  public String name() {
    return Qm9Model.NAME;
  }

  @Override
  public String description() {
    return "Trains a graph network (two NNConv layers, sum over the atoms) on the isotropic"
        + " polarisability of half of the first molecules of QM9 and judges it by the other half."
        + " The defaults are the Grokfast-EMA run of the reference implementation.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "--data-dir ~/data/qm9",
        "--data-dir ~/data/qm9 --filter none --weight-decay 0",
        "--generated --steps 200");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(FOLDER, GENERATED, MOLECULES, INITIAL_SCALE);
  }

  @Override
  public Metric metric() {
    return Metric.LOSS;
  }

  @Override
  public TrainingOptions reference() {
    return run(FILTERED_DECAY).filter(Ema.of(0.9, 1)).build();
  }

  @Override
  public TrainingOptions baseline() {
    return run(0).build();
  }

  private static TrainingOptions.Builder run(double weightDecay) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(
            AdamOptions.builder().betas(0.9, 0.999).weightDecay(weightDecay).warmupSteps(0).build())
        .batch(32)
        .steps(100_000)
        .validateEvery(10)
        .checkpointEvery(5_000)
        .threads(1);
  }

  @Override
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(Qm9Spec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return SelfCheck.of(
        SettingValues.DEFAULTS.with(GENERATED, true).with(MOLECULES, 20), reference(), 20);
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(Qm9Model.INPUTS, "output");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    int molecules = settings.get(MOLECULES);
    double scale = settings.get(INITIAL_SCALE);
    return settings.get(GENERATED)
        ? Qm9Task.generated(molecules, scale, seed)
        : Qm9Task.read(settings.find(FOLDER), molecules, scale, seed);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    return new Qm9Model(
        settings.text("data"),
        settings.integer("molecules"),
        settings.real("initial-scale"),
        settings.integer64("seed"));
  }
}
