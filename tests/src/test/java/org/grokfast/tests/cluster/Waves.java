package org.grokfast.tests.cluster;

/** Numbers that are the same in every run and repeat late. */
final class Waves {
  private Waves() {}

  static float[] of(int size, double phase) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) Math.cos(phase + 1.7 * i);
    }
    return values;
  }
}
