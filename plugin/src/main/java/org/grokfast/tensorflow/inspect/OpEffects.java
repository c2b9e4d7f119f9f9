package org.grokfast.tensorflow.inspect;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * What ops do outside of the graph. Ops are harmless by list, not harmful by list: an op is
 * harmless if it is stateless, or if its state is the graph's own. Everything else has an effect,
 * that of an unknown op included.
 *
 * <p>The lists are resources beside this class: {@code stateless-ops.txt} (from TensorFlow's
 * registry), {@code known-state.txt} (with the reason why each is harmless) and {@code
 * op-effects.txt} (what the others do).
 */
final class OpEffects {
  private static final OpEffects OPS = new OpEffects();

  private final Set<String> stateless = new HashSet<>();
  private final Set<String> knownState = new HashSet<>();
  private final Map<String, Effect> effects = new HashMap<>();

  /**
   * What an op does outside of the graph.
   *
   * @param kind its kind
   * @param what it does, as in "ReadFile reads files"
   */
  record Effect(Hazard.Kind kind, String what) {}

  private OpEffects() {
    stateless.addAll(lines("stateless-ops.txt"));
    for (String line : lines("known-state.txt")) {
      if (!line.contains(":")) {
        knownState.addAll(List.of(line.split(" ", -1)));
      }
    }
    Effect effect = null;
    for (String line : lines("op-effects.txt")) {
      int colon = line.indexOf(": ");
      if (colon >= 0) {
        String kind = line.substring(0, colon).toUpperCase(Locale.ROOT).replace('-', '_');
        effect = new Effect(Hazard.Kind.valueOf(kind), line.substring(colon + 2));
      } else {
        for (String op : line.split(" ", -1)) {
          effects.put(op, effect);
        }
      }
    }
  }

  private static List<String> lines(String resource) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                OpEffects.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of an own list, for tests: those of the ops that count as stateless. */
  static Set<String> stateless() {
    return Set.copyOf(OPS.stateless);
  }

  /** The ops whose state is the graph's own. */
  static Set<String> knownState() {
    return Set.copyOf(OPS.knownState);
  }

  /** The ops of which it is known what they do outside of the graph. */
  static Set<String> named() {
    return Set.copyOf(OPS.effects.keySet());
  }

  /** Whether an op only computes: no state, no effect. */
  static boolean isPure(String op) {
    return OPS.stateless.contains(op) && !OPS.effects.containsKey(op);
  }

  /**
   * What a node does outside of the graph, as far as its op and its attributes tell; empty if
   * nothing.
   *
   * @param functions the functions of the graph, which are ops too
   */
  static Optional<Effect> of(NodeDef node, Set<String> functions) {
    String op = node.getOp();
    Effect effect = OPS.effects.get(op);
    if (effect != null) {
      return isOff(node) ? Optional.empty() : Optional.of(effect);
    }
    if (OPS.stateless.contains(op) || OPS.knownState.contains(op) || functions.contains(op)) {
      return Optional.empty();
    }
    return Optional.of(
        new Effect(
            Hazard.Kind.UNKNOWN_EFFECT,
            "is stateful, or no op of TensorFlow 2.16, 2.18 or 2.21, and what it does is not known"));
  }

  /** Whether attributes say that the effect does not take place. */
  private static boolean isOff(NodeDef node) {
    return switch (node.getOp()) {
      case "PrintV2" -> !text(node, "output_stream", "stderr").startsWith("file:");
      case "DecodeProtoV2", "EncodeProto" -> {
        String source = text(node, "descriptor_source", "local://");
        yield source.isEmpty() || source.startsWith("local://") || source.startsWith("bytes://");
      }
      case "FixedUnigramCandidateSampler" -> text(node, "vocab_file", "").isEmpty();
      default -> false;
    };
  }

  private static String text(NodeDef node, String attribute, String byDefault) {
    return node.containsAttr(attribute)
        ? node.getAttrOrThrow(attribute).getS().toStringUtf8()
        : byDefault;
  }
}
