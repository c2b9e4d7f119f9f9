package org.grokfast.models.algorithmic;

import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Range;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;

/**
 * What the decoder is trained on. What there is beside the cross-entropy of its answers,
 * validation, analysis and serving know nothing of.
 *
 * @param perturbation noise on the tokens' one-hot vectors
 * @param commutativity the weight of ‖f(a, b) − f(b, a)‖ in the loss, ≥ 0 (Tan and Huang, arXiv
 *     2311.06597, who take 100). The paper's norm isn't known: here it is the Euclidean one of the
 *     difference of an equation's logits, and its mean over the batch
 * @param type in which the cross-entropy is computed
 */
public record Objective(InputPerturbation perturbation, double commutativity, LossType type) {
  static final Setting<Double> COMMUTATIVITY =
      Setting.real(
              "commutativity",
              "W",
              0,
              "The weight in the loss of the distance between the logits of (a, b) and of (b, a), for"
                  + " an operation that commutes")
          .in(Range.notNegative());

  static final Setting<String> TYPE =
      Setting.text(
          "loss-dtype",
          "TYPE",
          LossType.FLOAT32.cliName(),
          "The type in which the cross-entropy and its gradient by the logits are computed, float32"
              + " or float64; all else is float32");

  /** The cross-entropy alone, in float32. */
  public static final Objective PLAIN = new Objective(InputPerturbation.NONE, 0, LossType.FLOAT32);

  /** With the cross-entropy in float32. */
  public Objective(InputPerturbation perturbation, double commutativity) {
    this(perturbation, commutativity, LossType.FLOAT32);
  }

  /**
   * @throws IllegalArgumentException if the weight is negative or not finite
   */
  public Objective {
    if (!COMMUTATIVITY.range().orElseThrow().contains(commutativity)) {
      throw new IllegalArgumentException(
          "commutativity must be finite and >= 0, was " + commutativity);
    }
  }

  static Objective of(SettingValues settings) {
    return new Objective(
        InputPerturbation.of(settings),
        settings.get(COMMUTATIVITY),
        LossType.named(settings.get(TYPE)));
  }

  static Objective of(SavedSettings settings) {
    return new Objective(
        InputPerturbation.of(settings),
        settings.toMap().containsKey(COMMUTATIVITY.name())
            ? settings.real(COMMUTATIVITY.name())
            : 0,
        LossType.named(settings.toMap().getOrDefault(TYPE.name(), LossType.FLOAT32.cliName())));
  }

  /** What isn't the default, as a task's settings. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    perturbation.addTo(map);
    if (commutativity > 0) {
      map.put(COMMUTATIVITY.name(), Double.toString(commutativity));
    }
    if (type != LossType.FLOAT32) {
      map.put(TYPE.name(), type.cliName());
    }
    return map;
  }

  /** Whether updates minimise something else than what is validated. */
  boolean isMoreThanEntropy() {
    return perturbation.isOn() || commutativity > 0;
  }
}
