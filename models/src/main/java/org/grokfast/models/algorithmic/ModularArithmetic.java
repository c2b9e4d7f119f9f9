package org.grokfast.models.algorithmic;

import java.math.BigInteger;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All equations {@code x ∘ y = r (mod p)} of one operation; the elements are the numbers 0..p−1.
 *
 * @param operation the operation
 * @param prime p
 */
public record ModularArithmetic(BinaryOperation operation, int prime) implements Equations {
  /** The reference's prime. */
  public static final int DEFAULT_PRIME = 97;

  /** The largest prime whose equations are held in memory: about a million. */
  public static final int LARGEST_PRIME = 997;

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

  @Override
  public int elements() {
    return prime;
  }

  /** {@inheritDoc} It's p·p, or p·(p − 1) where y = 0 is left out. */
  @Override
  public int size() {
    return prime * (prime - operation.firstY());
  }

  @Override
  public int x(int equation) {
    return equation / (prime - operation.firstY());
  }

  @Override
  public int y(int equation) {
    return operation.firstY() + equation % (prime - operation.firstY());
  }

  @Override
  public int answer(int equation) {
    return (int) operation.apply(x(equation), y(equation), prime);
  }

  @Override
  public String title() {
    return operation.title() + " modulo " + prime;
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("operation", operation.cliName());
    map.put("prime", Integer.toString(prime));
    return map;
  }
}
