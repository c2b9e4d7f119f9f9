package org.grokfast.models.algorithmic;

import java.util.Arrays;
import java.util.Optional;

/** An operation of two numbers modulo a prime p, as in Power et al. 2022, arXiv 2201.02177. */
public enum BinaryOperation {
  /** x · y, for y ≠ 0. */
  MUL("mul", "multiplication", true) {
    @Override
    long apply(long x, long y, long p) {
      return x * y % p;
    }
  },
  /** x + y. */
  ADD("add", "addition", false) {
    @Override
    long apply(long x, long y, long p) {
      return (x + y) % p;
    }
  },
  /** x − y. */
  SUB("sub", "subtraction", false) {
    @Override
    long apply(long x, long y, long p) {
      return Math.floorMod(x - y, p);
    }
  },
  /** The z with z · y = x, for y ≠ 0. */
  DIV("div", "division", true) {
    @Override
    long apply(long x, long y, long p) {
      return x * inverse(y, p) % p;
    }
  },
  /** x² + x·y + y². */
  QUADRATIC("x2xyy2", "x² + xy + y²", false) {
    @Override
    long apply(long x, long y, long p) {
      return (x * x + x * y + y * y) % p;
    }
  },
  /** x³ + x·y. */
  CUBIC("x3xy", "x³ + xy", false) {
    @Override
    long apply(long x, long y, long p) {
      return (x * x * x + x * y) % p;
    }
  };

  private final String cliName;
  private final String title;
  private final boolean withoutZero;

  BinaryOperation(String cliName, String title, boolean withoutZero) {
    this.cliName = cliName;
    this.title = title;
    this.withoutZero = withoutZero;
  }

  /** The result, in 0..p−1, for x and y in 0..p−1. */
  abstract long apply(long x, long y, long p);

  /** The name on the command line: {@code mul}. */
  public String cliName() {
    return cliName;
  }

  /** The name in a picture's title: {@code multiplication}. */
  public String title() {
    return title;
  }

  /** The smallest y: 1 where 0 is left out, otherwise 0. */
  public int firstY() {
    return withoutZero ? 1 : 0;
  }

  /** The operation of a name, in upper or lower case. */
  static Optional<BinaryOperation> named(String cliName) {
    return Arrays.stream(values()).filter(o -> o.cliName.equalsIgnoreCase(cliName)).findFirst();
  }

  /** y to the power p − 2, which is its inverse since p is a prime. */
  private static long inverse(long y, long p) {
    long result = 1;
    long base = y;
    for (long exponent = p - 2; exponent > 0; exponent >>= 1) {
      if ((exponent & 1) == 1) {
        result = result * base % p;
      }
      base = base * base % p;
    }
    return result;
  }
}
