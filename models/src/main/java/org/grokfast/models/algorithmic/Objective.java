package org.grokfast.models.algorithmic;

import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Range;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;

/**
 * What the decoder is trained on beside the cross-entropy of its answers. Validation, analysis and
 * serving know nothing of it.
 *
 * @param perturbation noise on the tokens' one-hot vectors
 * @param commutativity the weight of ‖f(a, b) − f(b, a)‖ in the loss, ≥ 0 (Tan and Huang, arXiv
 *     2311.06597, who take 100). The paper's norm isn't known: here it is the Euclidean one of the
 *     difference of an equation's logits, and its mean over the batch
 */
public record Objective(InputPerturbation perturbation, double commutativity) {
  static final Setting<Double> COMMUTATIVITY =
      Setting.real(
              "commutativity",
              "W",
              0,
              "The weight in the loss of the distance between the logits of (a, b) and of (b, a), for"
                  + " an operation that commutes")
          .in(Range.notNegative());

  /** The cross-entropy alone. */
  public static final Objective PLAIN = new Objective(InputPerturbation.NONE, 0);

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
    return new Objective(InputPerturbation.of(settings), settings.get(COMMUTATIVITY));
  }

  static Objective of(SavedSettings settings) {
    return new Objective(
        InputPerturbation.of(settings),
        settings.toMap().containsKey(COMMUTATIVITY.name())
            ? settings.real(COMMUTATIVITY.name())
            : 0);
  }

  /** What isn't plain, as a task's settings. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    perturbation.addTo(map);
    if (commutativity > 0) {
      map.put(COMMUTATIVITY.name(), Double.toString(commutativity));
    }
    return map;
  }

  boolean isPlain() {
    return !perturbation.isOn() && commutativity == 0;
  }
}
