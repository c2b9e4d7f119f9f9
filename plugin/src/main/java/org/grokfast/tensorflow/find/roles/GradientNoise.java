package org.grokfast.tensorflow.find.roles;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * Numbers that a step draws and adds to a gradient, as differential privacy does: a part of the
 * gradient, since a filter before them would let more of the data through than the noise hides.
 * What is added to the step itself, behind the rate, is none.
 *
 * <pre>
 *   g ──▶ g + c · noise ──▶ filter ──▶ rate · … ──▶ w      a part of the gradient
 *   g ──▶ filter ──▶ rate · g + c · noise ─────────▶ w      a part of the step
 * </pre>
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A gradient with noise is filtered behind it.
 *   <li>So it is where the noise dies away and slots follow.
 *   <li>Noise that is added to the step stands behind the filter.
 *   <li>A variable that noise alone moves is not trained.
 *   <li>Nor are weights that are kept with noise.
 *   <li>Nor is an average of noisy gradients that nothing takes.
 * </ol>
 */
final class GradientNoise {
  private final InlinedFlow flow;
  private final IntFunction<int[]> producers;
  private final BitSet data;
  private final int[] updates;
  private final BitSet noise = new BitSet();

  /**
   * The noise of one flow.
   *
   * @param producers what tensors are made from, through states too
   * @param data what data gets to
   * @param updates by tensor, the variable that it serves alone, or why there is none
   * @param model what is read of the model's variables
   */
  GradientNoise(
      InlinedFlow flow, IntFunction<int[]> producers, BitSet data, int[] updates, BitSet model) {
    this.flow = flow;
    this.producers = producers;
    this.data = data;
    this.updates = updates;
    BitSet ofModel = flow.descendants(model);
    for (int t = 0; t < flow.size(); t++) {
      boolean drawn =
          OpTable.isRandom(flow.op(t)) || Arrays.stream(producers.apply(t)).anyMatch(noise::get);
      noise.set(t, drawn && updates[t] >= 0 && !data.get(t) && !ofModel.get(t));
    }
  }

  /** What some tensors flow into, other than by noise that is added to a gradient. */
  BitSet descendants(BitSet of) {
    BitSet seen = (BitSet) of.clone();
    for (int t = 0; t < flow.size(); t++) {
      int[] parts = producers.apply(t);
      if (Arrays.stream(parts).anyMatch(seen::get)) {
        seen.set(t, seen.get(t) || !isNoisy(t, parts, seen));
      }
    }
    return seen;
  }

  /** Whether a tensor is the sum of noise and of a gradient that nothing has flowed into. */
  private boolean isNoisy(int t, int[] parts, BitSet seen) {
    return ModelEnds.SUMS.contains(flow.op(t))
        && Arrays.stream(parts).anyMatch(data::get)
        && Arrays.stream(parts).filter(seen::get).allMatch(noise::get)
        && !isStep(t);
  }

  /** Whether a tensor is what is added to the variable that it serves. */
  private boolean isStep(int t) {
    PlainSum sum = new PlainSum(flow, updates[t]);
    return Arrays.stream(flow.consumers(t))
        .anyMatch(
            taker ->
                flow.written(taker) == updates[t]
                    || (flow.written(taker) < 0 && sum.otherPart(taker) != taker)
                    || (PlainSum.isPassing(flow.op(taker)) && isStep(taker)));
  }
}
