package org.grokfast.tensorflow.nodes;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What is told from an op's name, kept by name: a graph has millions of nodes, but a few hundred
 * ops. Thread-safe.
 *
 * @param <T> what is told
 */
public final class OpMemo<T> {
  /** More names than TensorFlow has ops: a file may invent others, which are not kept. */
  private static final int MOST = 4096;

  private final Function<String, T> rule;
  private final Map<String, T> known = new ConcurrentHashMap<>();

  private OpMemo(Function<String, T> rule) {
    this.rule = rule;
  }

  /** Keeps what a rule tells; never null. */
  public static <T> OpMemo<T> of(Function<String, T> rule) {
    return new OpMemo<>(rule);
  }

  /** Whether a regular expression matches a whole name. */
  public static OpMemo<Boolean> matching(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return of(op -> compiled.matcher(op).matches());
  }

  /** What is told of an op. */
  public T get(String op) {
    T found = known.get(op);
    if (found == null) {
      found = rule.apply(op);
      if (known.size() < MOST) {
        known.put(op, found);
      }
    }
    return found;
  }
}
