package org.grokfast.tests.forecast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.grokfast.models.algorithmic.AlgorithmicSpec;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;

/**
 * The setting of one run of the study. What isn't here is the same in all: a decoder of one block,
 * width 32 and 4 heads; AdamW with betas 0.9 and 0.98 and 10 steps of warm-up; no filter; all
 * training equations in every step.
 *
 * @param id its place in the study
 * @param operation the option {@code --op}
 * @param prime the modulus
 * @param trainFraction the share of the equations that are trained on
 * @param learningRate AdamW's rate
 * @param weightDecay AdamW's decoupled decay
 * @param seed of the split, the weights and the shuffles
 */
record StudySetting(
    int id,
    String operation,
    int prime,
    double trainFraction,
    double learningRate,
    double weightDecay,
    long seed) {
  static final List<String> OPERATIONS = List.of("add", "sub", "mul", "div", "x2xyy2", "x3xy");
  static final List<Integer> PRIMES = List.of(13, 17, 19, 23);

  /** The steps that the forecast is made from. */
  static final int EARLY_STEPS = 400;

  /** The steps within which a run generalises or doesn't. */
  static final int BUDGET = 2_000;

  /** The validation accuracy that counts as generalising. */
  static final double THRESHOLD = 0.95;

  /** Of a setting that no run of the study had. */
  private static final Object BY_DEFAULT = new Object();

  /** Rounds over all operations and moduli, and the grids of the other values. */
  private static final int WIDE_ROUNDS = 2;

  private static final double[] RATES = {2e-3, 4e-3, 8e-3};
  private static final double[] WIDE_FRACTIONS = {0.5, 0.6, 0.7, 0.8, 0.9};
  private static final double[] WIDE_DECAYS = {0, 0.3, 0.7, 1, 1.5};

  /** Rounds where runs generalise more often: of the first 48 a quarter did. */
  private static final int NARROW_ROUNDS = 11;

  private static final double[] NARROW_FRACTIONS = {0.6, 0.7, 0.8, 0.9};
  private static final double[] NARROW_DECAYS = {0.3, 0.7, 1};
  private static final Map<String, List<Integer>> NARROW_PRIMES =
      Map.of(
          "add", List.of(17, 19, 23),
          "sub", List.of(17, 19, 23),
          "mul", List.of(17, 19, 23),
          "div", List.of(17, 19, 23),
          "x2xyy2", List.of(19, 23),
          "x3xy", List.of(23));

  /**
   * All settings: in every round one for each operation and modulus, with the other values drawn
   * from their grids, in an order that is drawn too. So a study that is cut short is a sample of
   * the whole.
   */
  static List<StudySetting> all() {
    Random random = new Random(15);
    List<StudySetting> all = new ArrayList<>();
    for (int round = 0; round < WIDE_ROUNDS + NARROW_ROUNDS; round++) {
      boolean wide = round < WIDE_ROUNDS;
      List<StudySetting> cells = new ArrayList<>();
      for (String operation : OPERATIONS) {
        for (int prime : wide ? PRIMES : NARROW_PRIMES.get(operation)) {
          cells.add(
              new StudySetting(
                  0,
                  operation,
                  prime,
                  one(wide ? WIDE_FRACTIONS : NARROW_FRACTIONS, random),
                  one(RATES, random),
                  one(wide ? WIDE_DECAYS : NARROW_DECAYS, random),
                  0));
        }
      }
      Collections.shuffle(cells, random);
      for (StudySetting cell : cells) {
        all.add(cell.numbered(all.size()));
      }
    }
    return all;
  }

  private static double one(double[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private StudySetting numbered(int number) {
    return new StudySetting(
        number, operation, prime, trainFraction, learningRate, weightDecay, number);
  }

  /** The folder of its files. */
  String folder() {
    return String.format(Locale.ROOT, "run-%03d", id);
  }

  /** What it was given, by the names in a checkpoint. */
  Map<String, String> words() {
    Map<String, String> words = new TreeMap<>(Map.of("operation", operation));
    numbers().forEach((name, number) -> words.put(name, number.toString()));
    return words;
  }

  /** Its numbers, by the names that they have in a checkpoint. */
  Map<String, Double> numbers() {
    return Map.of(
        "learning-rate", learningRate,
        "weight-decay", weightDecay,
        "train-fraction", trainFraction,
        "prime", (double) prime);
  }

  Task task() {
    AlgorithmicSpec spec = new AlgorithmicSpec();
    SettingValues values = SettingValues.DEFAULTS;
    for (Setting<?> setting : spec.settings()) {
      values = with(values, setting);
    }
    return spec.create(values, seed, DownloadListener.NONE);
  }

  private <T> SettingValues with(SettingValues values, Setting<T> setting) {
    Object value =
        switch (setting.name()) {
          case "op" -> operation;
          case "prime" -> prime;
          case "train-fraction" -> trainFraction;
          case "width" -> 32;
          case "heads" -> 4;
          case "blocks" -> 1;
          case "input-noise", "input-noise-floor", "commutativity", "loss-dtype" -> BY_DEFAULT;
          default -> throw new IllegalStateException("what is " + setting.name() + "?");
        };
    return value == BY_DEFAULT ? values : values.with(setting, setting.type().cast(value));
  }

  TrainingOptions.Builder training() {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(AdamOptions.builder().learningRate(learningRate).weightDecay(weightDecay).build())
        .until(THRESHOLD)
        .seed(seed)
        .checkpointEvery(0)
        .threads(1);
  }
}
