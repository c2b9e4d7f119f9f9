package org.grokfast.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;

@Tag("native")
class LogitMeasuresTest {

  private static float measured(String name, float[][] logits, int... right) {
    float[][] hot = new float[logits.length][logits[0].length];
    for (int i = 0; i < right.length; i++) {
      hot[i][right[i]] = 1;
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> features = tf.constant(logits);
      Operand<TFloat32> labels = tf.constant(hot);
      SoftmaxCrossEntropyWithLogits<TFloat32> loss =
          tf.nn.softmaxCrossEntropyWithLogits(features, labels);
      Map<String, Operand<TFloat32>> measures =
          LogitMeasures.of(tf, features, labels, loss.backprop());
      try (var result = session.runner().fetch(measures.get(name)).run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  @Test
  void theScaleIsThatOfWhatTheSoftmaxSees() {
    float[][] logits = {{1, 2, 6}, {-4, 0, 1}};
    double squares = 0;
    for (float[] row : logits) {
      double mean = (row[0] + row[1] + row[2]) / 3.0;
      for (float value : row) {
        squares += (value - mean) * (value - mean);
      }
    }
    assertThat(measured(LogitMeasures.SCALE, logits, 0, 0))
        .isCloseTo((float) Math.sqrt(squares / 6), within(1e-6f));
    float[][] moved = Arrays.stream(logits).map(row -> plus(row, 8)).toArray(float[][]::new);
    assertThat(measured(LogitMeasures.SCALE, moved, 0, 0))
        .isCloseTo((float) Math.sqrt(squares / 6), within(1e-6f));
  }

  private static float[] plus(float[] row, float shift) {
    float[] moved = row.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += shift;
    }
    return moved;
  }

  /** 2⁻²⁵ is half of what float32 tells from 1; e⁻¹⁸ is below it and e⁻¹⁶ above. */
  @Test
  void anExampleIsSaturatedWhereItsRightClassHasProbabilityOneInFloat32() {
    float[][] logits = {{18, 0, -90}, {16, 0, -90}, {0, 18, -90}, {30, 0, 0}};
    assertThat(measured(LogitMeasures.SATURATION, logits, 0, 0, 0, 0)).isEqualTo(0.5f);
  }
}
