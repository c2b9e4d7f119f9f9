package org.grokfast.models.algorithmic;

import java.math.BigInteger;

/**
 * All equations {@code x ∘ y = r (mod p)} of one operation, in the order of x and then y. An
 * equation is written as the tokens [x, op, y, eq] with the answer r; numbers are their own tokens,
 * eq is token p and op is token p + 1.
 *
 * @param operation the operation
 * @param prime p
 */
public record ModularArithmetic(BinaryOperation operation, int prime) {
  /** The reference's prime. */
  public static final int DEFAULT_PRIME = 97;

  /** The largest prime whose equations are held in memory: about a million. */
  public static final int LARGEST_PRIME = 997;

  /** The number of tokens before the answer. */
  public static final int LENGTH = 4;

  /**
   * @throws IllegalArgumentException if {@code prime} is no prime from 3 to {@link #LARGEST_PRIME}
   */
  public ModularArithmetic {
    if (prime < 3
        || prime > LARGEST_PRIME
        || !BigInteger.valueOf(prime).isProbablePrime(PRIME_CERTAINTY)) {
      throw new IllegalArgumentException(
          "prime must be a prime number from 3 to " + LARGEST_PRIME + ", was " + prime);
    }
  }

  private static final int PRIME_CERTAINTY = 50;

  /** The number of token classes: p numbers, eq and op. */
  public int tokens() {
    return prime + 2;
  }

  /** The number of equations: p·p, or p·(p − 1) where y = 0 is left out. */
  public int size() {
    return prime * (prime - operation.firstY());
  }

  /** The left operand of an equation. */
  public int x(int equation) {
    return equation / (prime - operation.firstY());
  }

  /** The right operand of an equation. */
  public int y(int equation) {
    return operation.firstY() + equation % (prime - operation.firstY());
  }

  /** The answer of an equation. */
  public int answer(int equation) {
    return (int) operation.apply(x(equation), y(equation), prime);
  }

  /** Writes the {@link #LENGTH} tokens of an equation. */
  void write(int equation, int[] target, int offset) {
    target[offset] = x(equation);
    target[offset + 1] = prime + 1;
    target[offset + 2] = y(equation);
    target[offset + 3] = prime;
  }
}
