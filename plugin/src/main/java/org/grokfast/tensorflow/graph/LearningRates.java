package org.grokfast.tensorflow.graph;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which input of a training op is its learning rate: {@code lr}, or {@code alpha} where an op has
 * no other. A test compares the inputs with the definitions that TensorFlow itself reports.
 */
public final class LearningRates {
  /** All variants of one optimizer take the rate at one input. */
  private static final Map<String, Integer> INPUT =
      Map.ofEntries(
          Map.entry("AdaMax", 4),
          Map.entry("Adadelta", 3),
          Map.entry("Adagrad", 2),
          Map.entry("AdagradV2", 2),
          Map.entry("Adam", 5),
          Map.entry("AdamWithAmsgrad", 6),
          Map.entry("AddSign", 2),
          Map.entry("CenteredRMSProp", 4),
          Map.entry("GradientDescent", 1),
          Map.entry("KerasMomentum", 2),
          Map.entry("Momentum", 2),
          Map.entry("PowerSign", 2),
          Map.entry("ProximalAdagrad", 2),
          Map.entry("ProximalGradientDescent", 1),
          Map.entry("RMSProp", 3));

  /**
   * Where an op takes the powers of beta by which it corrects the rate. If they are constants, it
   * corrects nothing, and the rate that it takes may have been corrected before.
   */
  private static final Map<String, Set<Integer>> POWERS =
      Map.of("AdaMax", Set.of(3), "Adam", Set.of(3, 4), "AdamWithAmsgrad", Set.of(4, 5));

  /** What makes new weights of its sums rather than of the weights. */
  private static final Set<String> FROM_SUMS = Set.of("AdagradDA", "Ftrl", "FtrlV2");

  private LearningRates() {}

  /** The input; empty for every op that has none, or adds nothing to the weights. */
  public static OptionalInt input(String op) {
    Integer input = optimizer(op).map(INPUT::get).orElse(null);
    return input == null ? OptionalInt.empty() : OptionalInt.of(input);
  }

  /**
   * Whether the rate that a training op takes may be another number than the learning rate, as the
   * op does not correct it by itself for what it could correct.
   */
  public static boolean mayBeCorrected(GraphIndex graph, int id) {
    return optimizer(graph.op(id)).map(POWERS::get).orElse(Set.of()).stream()
        .anyMatch(input -> isConstant(graph, graph.producer(id, input)));
  }

  private static boolean isConstant(GraphIndex graph, int id) {
    return graph.ancestors(id).stream()
        .filter(at -> graph.inputCount(at) == 0)
        .allMatch(at -> graph.op(at).equals("Const"));
  }

  /** Whether an op computes weights anew from what it has summed up. */
  public static boolean isFromSums(String op) {
    return optimizer(op).filter(FROM_SUMS::contains).isPresent();
  }

  /** Whether an op shrinks weights by itself. */
  public static boolean shrinks(String op) {
    return optimizer(op).filter(name -> name.startsWith("Proximal")).isPresent();
  }

  private static Optional<String> optimizer(String op) {
    String plain = OpTable.withoutResource(op);
    int apply = plain.indexOf("Apply");
    return OpTable.isTraining(op) ? Optional.of(plain.substring(apply + 5)) : Optional.empty();
  }
}
