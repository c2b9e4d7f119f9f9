package org.grokfast.models.algorithmic;

import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.data.ResourceText;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.task.InputPerturbation;
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

/** The entry of {@link AlgorithmicTask}; its runs are those of the reference's {@code main.py}. */
public final class AlgorithmicSpec implements TaskSpec {
  private static final Setting<String> OPERATION =
      Setting.text(
          "op",
          "OP",
          "mul",
          "mul, add, sub, div, x2xyy2 (x² + xy + y²), x3xy (x³ + xy) or s5 (composition of"
              + " permutations of five things)");
  private static final Setting<Integer> PRIME =
      Setting.integer(
              "prime",
              "P",
              ModularArithmetic.DEFAULT_PRIME,
              "The modulus, a prime from 3 to 997; not for --op s5")
          .in(
              Range.of(3, ModularArithmetic.LARGEST_PRIME)
                  .described("a prime number from 3 to " + ModularArithmetic.LARGEST_PRIME));
  private static final Setting<Double> TRAIN_FRACTION =
      Setting.real(
              "train-fraction",
              "F",
              AlgorithmicTask.DEFAULT_TRAIN_FRACTION,
              "The share of the equations to train on, in (0, 1)")
          .in(Range.between(0, 1).described("in (0, 1) and leave an equation on both sides"));
  private static final Setting<Integer> WIDTH =
      Setting.integer(
              "width", "N", DecoderShape.REFERENCE_WIDTH, "The size of the decoder's embeddings")
          .in(Range.of(1, DecoderShape.LARGEST_WIDTH));
  private static final Setting<Integer> HEADS =
      Setting.integer(
              "heads",
              "N",
              DecoderShape.REFERENCE_HEADS,
              "The attention heads of a block, a divisor of --width")
          .in(Range.of(1, DecoderShape.LARGEST_WIDTH).described("a divisor of the width"));
  private static final Setting<Integer> BLOCKS =
      Setting.integer("blocks", "N", DecoderShape.REFERENCE_BLOCKS, "The decoder's blocks")
          .in(Range.of(1, DecoderShape.MOST_BLOCKS));

  @Override
  public String name() {
    return AlgorithmicTask.NAME;
  }

  @Override
  public String description() {
    return "Trains a decoder-only transformer (by default 2 blocks, width 128, 4 heads) on x o y = z"
        + " modulo a prime, or in the group S5. The defaults are the Grokfast-EMA run of the reference"
        + " implementation.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "",
        "--filter ma --weight-decay 0.01 \\\n--seed 1 --out runs/ma-1",
        "--filter none --optimizer adamw \\\n--lr 0.003 --weight-decay 1",
        "--resume runs/ma-1 --steps 20000");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        OPERATION,
        PRIME,
        TRAIN_FRACTION,
        WIDTH,
        HEADS,
        BLOCKS,
        InputPerturbation.SLOPE,
        InputPerturbation.FLOOR,
        Objective.COMMUTATIVITY,
        Objective.TYPE);
  }

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public TrainingOptions reference() {
    return TrainingOptions.builder()
        .adam(AdamOptions.builder().weightDecay(0.005).build())
        .filter(Ema.of(0.98, 2))
        .steps(10_000)
        .build();
  }

  @Override
  public TrainingOptions baseline() {
    return TrainingOptions.DEFAULTS;
  }

  @Override
  public Optional<String> arms() {
    return Optional.of(ResourceText.beside(AlgorithmicSpec.class, "arms.yaml"));
  }

  @Override
  public SelfCheck selfCheck() {
    return new SelfCheck(SettingValues.DEFAULTS.with(PRIME, 7), 8, 20, reference().validateEvery());
  }

  @Override
  public ServingSignature serving() {
    return new ServingSignature(List.of(AlgorithmicGraph.TOKENS), "logits");
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    Equations data = NamedEquations.of(settings.get(OPERATION), settings.get(PRIME));
    if (data instanceof PermutationComposition) {
      settings.refuse(PRIME, OPERATION, "which has none");
    }
    DecoderShape shape =
        DecoderShape.reference(data.tokens())
            .sized(settings.get(WIDTH), settings.get(HEADS), settings.get(BLOCKS));
    Objective objective = Objective.of(settings);
    if (objective.commutativity() > 0 && !AlgorithmicTask.commutes(data)) {
      settings.refuse(Objective.COMMUTATIVITY, OPERATION, "which does not commute");
    }
    return new AlgorithmicTask(data, settings.get(TRAIN_FRACTION), seed, shape, objective);
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    String operation = settings.text("operation");
    Equations data =
        NamedEquations.of(
            operation,
            operation.equals(PermutationComposition.NAME) ? 0 : settings.integer("prime"));
    DecoderShape shape =
        new DecoderShape(
            data.tokens(),
            settings.integer("positions"),
            settings.integer("width"),
            settings.integer("heads"),
            settings.integer("blocks"));
    return new AlgorithmicTask(
        data,
        settings.real("train-fraction"),
        settings.integer64("seed"),
        shape,
        Objective.of(settings));
  }
}
