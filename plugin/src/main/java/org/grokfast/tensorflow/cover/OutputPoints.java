package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tensorflow.cover.Instances.Instance;

/** The outputs of calls that have points of their own. */
final class OutputPoints {
  private final Map<Integer, Integer> first = new HashMap<>();
  private final List<Integer> nodes = new ArrayList<>();
  private final int[] firstByNumber;
  private final int nodeCount;
  private final int size;

  OutputPoints(Instances instances, Map<String, Body> bodies) {
    this.nodeCount = instances.size();
    int next = nodeCount;
    List<Integer> starts = new ArrayList<>();
    for (Instance instance : instances.all()) {
      Body body = bodies.get(instance.function());
      for (int node = 0; node < body.size(); node++) {
        int count = count(instances, instance, body, bodies, node);
        if (count > 0) {
          first.put(instance.offset() + node, next);
          nodes.add(instance.offset() + node);
          starts.add(next);
          next += count;
        }
      }
    }
    this.size = next;
    this.firstByNumber = starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int count(
      Instances instances, Instance instance, Body body, Map<String, Body> bodies, int node) {
    if (body.op(node).equals("IdentityN")) {
      return body.graph().inputCount(node);
    }
    List<Instance> called = instances.boundCalls(instance, node);
    if (called.isEmpty()) {
      return 0; // most nodes; a stream would take longer than all else that is done with them
    }
    return called.stream()
        .mapToInt(callee -> bodies.get(callee.function()).returned().size())
        .max()
        .orElse(0);
  }

  /** The number of all points, nodes included. */
  int size() {
    return size;
  }

  /** The point of an output: the node itself where its outputs are not told apart. */
  int at(int node, int output) {
    Integer start = first.get(node);
    if (start == null) {
      return node;
    }
    int point = start + output;
    return output >= 0 && point < size && node(point) == node ? point : node;
  }

  /** The node of an output's point. */
  int node(int point) {
    return nodes.get(place(point));
  }

  /** Which output of its node a point is. */
  int index(int point) {
    return point - firstByNumber[place(point)];
  }

  private int place(int point) {
    int found = Arrays.binarySearch(firstByNumber, point);
    return found >= 0 ? found : -found - 2;
  }

  boolean isSplit(int node) {
    return first.containsKey(node);
  }
}
