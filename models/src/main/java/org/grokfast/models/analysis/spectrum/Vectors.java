package org.grokfast.models.analysis.spectrum;

import java.util.Random;

/** Arithmetic of vectors. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  /** target += factor · other. */
  static void add(double[] target, double factor, double[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * other[i];
    }
  }

  static double[] scaled(double[] a, double factor) {
    double[] result = new double[a.length];
    add(result, factor, a);
    return result;
  }

  /** Independent signs, divided by √n: a vector of length 1. */
  static double[] signs(int size, Random random) {
    double[] result = new double[size];
    double value = 1 / Math.sqrt(size);
    for (int i = 0; i < size; i++) {
      result[i] = random.nextBoolean() ? value : -value;
    }
    return result;
  }

  static double[] gaussian(int size, Random random) {
    double[] result = new double[size];
    for (int i = 0; i < size; i++) {
      result[i] = random.nextGaussian();
    }
    return scaled(result, 1 / norm(result));
  }
}
