package org.grokfast.filter.algebra;

/** A floating-point format and how a value is rounded to it (to nearest, ties to even). */
public enum Precision {
  /** IEEE binary16: 11 significant bits. */
  FLOAT16(11, -14, 65504.0),
  /** The upper half of a float32: 8 significant bits. */
  BFLOAT16(8, -126, 0x1.fep127),
  /** IEEE binary32: 24 significant bits. */
  FLOAT32(24, -126, Float.MAX_VALUE),
  /** IEEE binary64: 53 significant bits. */
  FLOAT64(53, -1022, Double.MAX_VALUE);

  private final int significantBits;
  private final int minExponent;
  private final double max;

  Precision(int significantBits, int minExponent, double max) {
    this.significantBits = significantBits;
    this.minExponent = minExponent;
    this.max = max;
  }

  /**
   * The value of this format that is nearest to {@code value}. An arithmetic result in double that
   * is rounded this way equals the result of the operation in this format, because 53 bits are more
   * than twice the significant bits of every narrower format plus two.
   */
  public double round(double value) {
    if (this == FLOAT64 || value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value;
    }
    if (this == FLOAT32) {
      return (float) value;
    }
    int exponent = Math.max(Math.getExponent(value), minExponent);
    double unit = Math.scalb(1.0, exponent - (significantBits - 1));
    double rounded = Math.rint(value / unit) * unit;
    return Math.abs(rounded) > max ? Math.copySign(Double.POSITIVE_INFINITY, value) : rounded;
  }

  /** The wider of the two formats; float16 and bfloat16 together give float32. */
  public Precision widest(Precision other) {
    if (this == other) {
      return this;
    }
    Precision wider = significantBits >= other.significantBits ? this : other;
    return wider == FLOAT16 ? FLOAT32 : wider;
  }

  /** The format in which a filter computes on values of this one: never narrower than float32. */
  public Precision computation() {
    return widest(FLOAT32);
  }

  /** The name used in options and reports: {@code float32}. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
