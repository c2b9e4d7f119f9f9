package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.graph.Adjacency;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.OpTable;

/** What is known of gradients: where filters go, and what training ops take. */
final class Gradients {
  private final StepFlow flow;
  private final Map<Integer, Set<Integer>> filtered = new HashMap<>();
  private final List<NearMiss> misses = new ArrayList<>();
  private final Map<String, NearMiss> missesByNode = new HashMap<>();
  private final BitSet known = new BitSet();

  Gradients(StepFlow flow, List<Finding> findings) {
    this.flow = flow;
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        add(site);
      } else if (finding instanceof NearMiss miss) {
        misses.add(miss);
        missesByNode.putIfAbsent(miss.node(), miss);
      }
    }
    BitSet writes = flow.variables().writes();
    for (int write = writes.nextSetBit(0); write >= 0; write = writes.nextSetBit(write + 1)) {
      if (OpKinds.isTraining(flow.op(write))) {
        taken(write).forEach(known::set);
      }
    }
  }

  private void add(UpdateSite site) {
    int variable = flow.variables().find(site.variable().name());
    if (variable < 0) {
      return;
    }
    Set<Integer> points = filtered.computeIfAbsent(variable, key -> new HashSet<>());
    for (GradientEdge edge : site.edges()) {
      int node = flow.instances().program().graph(site.function()).id(edge.node());
      flow.taking(site.function(), node, edge.input()).forEach(points::add);
      flow.giving(site.function(), node, edge.input()).forEach(known::set);
    }
  }

  /** The points that take a filtered gradient of a variable. */
  Set<Integer> filtered(int variable) {
    return filtered.getOrDefault(variable, Set.of());
  }

  /** The gradients that are known: those that are filtered, and those of training ops. */
  BitSet known() {
    return known;
  }

  /** What a write takes: of a training op the gradient alone, where that input is known. */
  List<Integer> taken(int write) {
    String op = flow.op(write);
    int input = OpTable.denseGradientInput(op).orElse(OpTable.sparseGradientInput(op).orElse(-1));
    if (input >= 0) {
      int point = flow.input(write, input);
      return point < 0 ? List.of() : List.of(point);
    }
    Adjacency producers = flow.producers();
    List<Integer> all = new ArrayList<>();
    producers.stream(write).forEach(all::add);
    return all;
  }

  /** What a rule said of a write, or of a variable that it names. */
  Optional<NearMiss> miss(int write, String variable) {
    String function = flow.instance(write).function();
    String node = (function.isEmpty() ? "" : function + "/") + flow.name(write);
    NearMiss own = missesByNode.get(node);
    return own != null
        ? Optional.of(own)
        : misses.stream()
            .filter(miss -> miss.reason().why().contains("'" + variable + "'"))
            .findFirst();
  }
}
