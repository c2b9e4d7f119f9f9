package org.grokfast.models.analysis.spectrum;

import java.util.Random;

/** Hessians of quadratics whose eigenvalues are known. */
final class KnownSpectrum {
  private KnownSpectrum() {}

  static SymmetricOperator diagonal(double[] values) {
    return new SymmetricOperator() {
      @Override
      public int size() {
        return values.length;
      }

      @Override
      public double[] apply(double[] vector) {
        double[] result = vector.clone();
        for (int i = 0; i < result.length; i++) {
          result[i] *= values[i];
        }
        return result;
      }
    };
  }

  /** The same eigenvalues in mirrored directions: R·D·R with three reflections R. */
  static SymmetricOperator rotated(double[] values, long seed) {
    SymmetricOperator diagonal = diagonal(values);
    Random random = new Random(seed);
    double[][] mirrors = new double[3][];
    for (int i = 0; i < mirrors.length; i++) {
      mirrors[i] = Vectors.gaussian(values.length, random);
    }
    return new SymmetricOperator() {
      @Override
      public int size() {
        return values.length;
      }

      @Override
      public double[] apply(double[] vector) {
        double[] x = vector.clone();
        for (double[] mirror : mirrors) {
          Vectors.add(x, -2 * Vectors.dot(x, mirror), mirror);
        }
        x = diagonal.apply(x);
        for (int i = mirrors.length - 1; i >= 0; i--) {
          Vectors.add(x, -2 * Vectors.dot(x, mirrors[i]), mirrors[i]);
        }
        return x;
      }
    };
  }
}
