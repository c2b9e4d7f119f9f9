package org.grokfast.tensorflow;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What was inserted into a graph, read from the attributes that every inserted node carries.
 *
 * @param count the number of inserted nodes, those in functions included
 * @param passes who inserted them, with version: one entry unless versions were mixed
 * @param filters the filters with all their options, each once
 * @param orders the power variables whose update {@link AdamOrderPass} has ordered
 */
public record InsertedNodes(
    int count, List<String> passes, List<String> filters, List<String> orders) {

  /** Makes the lists immutable. */
  public InsertedNodes {
    passes = List.copyOf(passes);
    filters = List.copyOf(filters);
    orders = List.copyOf(orders);
  }

  /** What was inserted into a graph and its functions. */
  public static InsertedNodes of(GraphDef graph) {
    return of(GraphParts.of(graph));
  }

  /** The same of a graph in parts. */
  public static InsertedNodes of(GraphParts graph) {
    Set<String> passes = new LinkedHashSet<>();
    Set<String> filters = new LinkedHashSet<>();
    Set<String> orders = new LinkedHashSet<>();
    int[] count = {0};
    Stream.concat(Stream.of(graph.nodes()), graph.functions().stream().map(FunctionParts::nodes))
        .flatMap(nodes -> Provenance.inserted(nodes).mapToObj(nodes::get))
        .forEach(
            node -> {
              count[0]++;
              Provenance.text(node, Provenance.PASS).ifPresent(passes::add);
              Provenance.text(node, Provenance.FILTER).ifPresent(filters::add);
              Provenance.text(node, AdamOrderPass.ORDERS).ifPresent(orders::add);
            });
    return new InsertedNodes(
        count[0], List.copyOf(passes), List.copyOf(filters), List.copyOf(orders));
  }

  /** Whether a node was inserted. */
  public static boolean contains(NodeDef node) {
    return Provenance.isInserted(node);
  }

  /** Whether anything was inserted. */
  public boolean isEmpty() {
    return count == 0;
  }
}
