package org.grokfast.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  @Test
  void aCycleIsWalkedOnce() {
    assertThat(Reachability.from(0, vertex -> IntStream.of((vertex + 1) % 3)).cardinality())
        .isEqualTo(3);
  }

  @Test
  void whatNoEdgeLeadsToIsLeftOut() {
    BitSet reached =
        Reachability.from(1, vertex -> vertex < 3 ? IntStream.of(3) : IntStream.empty());
    assertThat(reached.stream()).containsExactly(1, 3);
  }

  @Test
  void aWalkStopsBeforeAVertexThatItMayNotEnterButStartsFromAny() {
    BitSet starts = new BitSet();
    starts.set(5);
    BitSet reached =
        Reachability.from(
            starts,
            vertex -> IntStream.of(vertex + 1, vertex + 2),
            vertex -> vertex % 2 == 0 && vertex < 9);
    assertThat(reached.stream()).containsExactly(5, 6, 8);
  }

  @Test
  void aChainOfAMillionVerticesTakesNoStack() {
    int last = 1_000_000;
    assertThat(
            Reachability.from(
                    0, vertex -> vertex == last ? IntStream.empty() : IntStream.of(vertex + 1))
                .cardinality())
        .isEqualTo(last + 1);
  }
}
