package org.grokfast.tensorflow.saver;

import java.util.Comparator;
import java.util.List;
import org.grokfast.tensorflow.graph.Provenance;

/**
 * Names by which a checkpoint with state is known: TensorFlow has no op that asks a checkpoint for
 * a name, so that the bytes of the file are searched.
 *
 * <p>The index of a V2 checkpoint is an uncompressed table of sorted names, of which each is stored
 * without what it has in common with the one before; the marker starts with a character that no
 * other name does, so that it is stored whole.
 *
 * <p>A V1 checkpoint starts with a list of its names that may be compressed by Snappy, which
 * replaces what occurred before, four bytes and more of it, within blocks of 64 KiB. The markers
 * are random characters, of which the middle is searched, so that nothing of it can have occurred;
 * there are two side by side, as an end of a block can cut one of them only.
 */
final class CheckpointMarker {
  /** The name in V2 checkpoints. */
  static final String V2 = "~grokfast.state.v1~";

  /** The names in V1 checkpoints. */
  static final List<String> V1 =
      List.of("~x7Qv9_kT2mZ4_bW8pR5_hN3yD6_cJ1f~", "~u4Lg6_sE9tV1_aX3jK8_oB7wM2_rF5z~");

  /** RE2: any bytes around the name. */
  static final String V2_PATTERN = "\\C*~grokfast\\.state\\.v1~\\C*";

  /**
   * RE2: the same, or the first of the names of some state. The index stores that one without what
   * it has in common with the name before it, which is not much: state has a root of its own.
   */
  static String v2Pattern(List<String> state) {
    String first = state.stream().min(Comparator.naturalOrder()).orElseThrow();
    String end = first.substring(Provenance.ROOT.length() - KEPT);
    return "\\C*(?:~grokfast\\.state\\.v1~|" + end.replaceAll("[^\\w/]", "\\\\$0") + ")\\C*";
  }

  /** RE2: any bytes around the middle of a name. */
  static final String V1_PATTERN =
      "\\C*(?:" + middle(V1.get(0)) + "|" + middle(V1.get(1)) + ")\\C*";

  /** How much of the root is looked for: a name before it has at most {@code gro} of it. */
  private static final int KEPT = 5;

  private CheckpointMarker() {}

  private static String middle(String marker) {
    return marker.substring(5, marker.length() - 5);
  }
}
