package org.grokfast.tests.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A thousand variables on a hundred parameter servers. */
class ManyServersTest {
  private static final int SERVERS = 100;
  private static final String COLOCATED = "loc:@";

  private static String server(int number) {
    return "/job:ps/replica:0/task:" + number % SERVERS;
  }

  private static String variable(int number) {
    return "layer" + number + "/w";
  }

  /** Every tenth an embedding. */
  private static GraphDef spread(int variables) {
    LargeGraph graph = new LargeGraph();
    for (int i = 0; i < variables; i++) {
      if (i % 10 == 0) {
        graph.sparse(variable(i), server(i), DataType.DT_INT64, 1_000_000_000, 64);
      } else {
        graph.dense(variable(i), server(i), 4096, 4096);
      }
    }
    return graph.build();
  }

  /** The device of each inserted node that belongs to a variable, by where it is placed with. */
  private static Optional<String> placedWith(NodeDef node) {
    return node.getAttrMap().containsKey("_class")
        ? Optional.of(
            node.getAttrOrThrow("_class")
                .getList()
                .getS(0)
                .toStringUtf8()
                .substring(COLOCATED.length()))
        : Optional.empty();
  }

  @Test
  void stateStandsOnTheServerOfItsVariableAndScalarsOnThatOfTheFirst() {
    GraphDef graph = spread(1_000);
    for (GradientFilter filter : new GradientFilter[] {Ema.of(0.98, 2), MovingAverage.of(100, 5)}) {
      GraphDef after = new GraphRewriter(filter).apply(graph).graph();
      Map<String, String> devices = new HashMap<>();
      graph.getNodeList().forEach(node -> devices.put(node.getName(), node.getDevice()));
      Map<String, Integer> states = new TreeMap<>();
      for (NodeDef node : after.getNodeList().subList(graph.getNodeCount(), after.getNodeCount())) {
        if (node.getOp().equals("VarHandleOp")
            && !node.getAttrOrThrow("shape").getShape().getDimList().isEmpty()) {
          String variable = placedWith(node).orElseThrow();
          assertThat(node.getName()).startsWith("grokfast/" + variable + "/");
          states.merge(devices.get(variable), 1, Integer::sum);
        } else if (node.getOp().equals("VarHandleOp")
            || node.getName().startsWith("grokfast/schedule/")) {
          assertThat(node.getDevice()).as(node.getName()).isEqualTo(server(0));
        }
      }
      assertThat(states).hasSize(SERVERS);
      assertThat(states.values()).containsOnly(10 * filter.state().size());
      assertThat(FilterStripper.apply(after)).isEqualTo(graph);
    }
  }

  /** What reads a state, computes with it and writes it never leaves its server. */
  @Test
  void betweenServersThereAreScalarsOnly() {
    GraphDef graph = spread(300);
    GraphDef after = new GraphRewriter(Ema.of(0.98, 2)).apply(graph).graph();
    Map<String, NodeDef> nodes = new HashMap<>();
    after.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    for (NodeDef node : after.getNodeList().subList(graph.getNodeCount(), after.getNodeCount())) {
      String mine = placedWith(node).orElse(null);
      if (mine == null) {
        continue;
      }
      for (String input : node.getInputList()) {
        NodeDef from = nodes.get(input.replaceFirst("^\\^", "").replaceFirst(":\\d+$", ""));
        boolean shared =
            from.getDevice().equals(server(0)) && from.getName().startsWith("grokfast/");
        boolean constant = from.getOp().equals("Const") || from.getOp().equals("Placeholder");
        boolean local = placedWith(from).orElse(from.getName()).equals(mine);
        assertThat(shared || constant || local)
            .as("%s of %s takes %s", node.getName(), mine, from.getName())
            .isTrue();
      }
    }
  }

  @Test
  void whatIsInsertedGrowsWithTheNumberOfVariablesAndNoFaster() {
    int small = inserted(200);
    int middle = inserted(400);
    int large = inserted(800);
    assertThat(large - middle).isEqualTo(2 * (middle - small));
  }

  private static int inserted(int variables) {
    GraphDef graph = spread(variables);
    return new GraphRewriter(Ema.of(0.98, 2)).apply(graph).graph().getNodeCount()
        - graph.getNodeCount();
  }

  /** The longest chain of inserted nodes, for that is what a step waits for. */
  @Test
  void aStepWaitsForNoMoreNodesOfTheFilterHoweverManyVariablesThereAre() {
    assertThat(depth(40)).isEqualTo(depth(400));
  }

  private static int depth(int variables) {
    GraphDef graph = new GraphRewriter(Ema.of(0.98, 2)).apply(spread(variables)).graph();
    Map<String, NodeDef> nodes = new HashMap<>();
    graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    Map<String, Integer> depths = new HashMap<>();
    Deque<String> open = new ArrayDeque<>(nodes.keySet());
    while (!open.isEmpty()) {
      NodeDef node = nodes.get(open.peek());
      int deepest = 0;
      boolean waiting = false;
      for (String input : node.getInputList()) {
        String from = input.replaceFirst("^\\^", "").replaceFirst(":\\d+$", "");
        if (!depths.containsKey(from)) {
          open.push(from);
          waiting = true;
        } else {
          deepest = Math.max(deepest, depths.get(from));
        }
      }
      if (!waiting) {
        depths.put(open.pop(), deepest + (node.getName().startsWith("grokfast/") ? 1 : 0));
      }
    }
    return depths.get("train");
  }
}
