package org.grokfast.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AdjacencyTest {

  private static Adjacency of(List<List<Integer>> edges) {
    Adjacency.Builder builder = new Adjacency.Builder(edges.size());
    for (List<Integer> targets : edges) {
      targets.forEach(builder::add);
      builder.end();
    }
    return builder.build();
  }

  @Property
  void holdsEdgesInTheirOrderAndTurnsThemRound(
      @ForAll @Size(max = 40) List<@Size(max = 9) List<@IntRange(max = 39) Integer>> drawn) {
    int size = drawn.size();
    List<List<Integer>> edges = new ArrayList<>();
    List<List<Integer>> reversed = new ArrayList<>();
    drawn.forEach(
        targets -> {
          edges.add(targets.stream().map(target -> target % size).toList());
          reversed.add(new ArrayList<>());
        });
    for (int from = 0; from < size; from++) {
      for (int to : edges.get(from)) {
        reversed.get(to).add(from);
      }
    }

    assertHolds(of(edges), edges);
    assertHolds(of(edges).reversed(), reversed);
  }

  private static void assertHolds(Adjacency adjacency, List<List<Integer>> edges) {
    assertThat(adjacency.size()).isEqualTo(edges.size());
    for (int vertex = 0; vertex < edges.size(); vertex++) {
      List<Integer> expected = edges.get(vertex);
      assertThat(adjacency.count(vertex)).isEqualTo(expected.size());
      assertThat(adjacency.stream(vertex).boxed()).isEqualTo(expected);
      assertThat(adjacency.of(vertex)).containsExactly(expected.toArray(Integer[]::new));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(adjacency.target(vertex, i)).isEqualTo(expected.get(i));
      }
    }
  }
}
