package org.grokfast.tests.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.grokfast.tests.cluster.RemoteSession.Value;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;

/** What each device of a cluster ran in a step, as the runtime reports it. */
record Partitions(List<GraphDef> graphs) {
  /**
   * A tensor, or a control edge, that went from one process to another.
   *
   * @param tensor the node that it is an output of
   */
  record Sent(String from, String to, String tensor) implements Comparable<Sent> {
    @Override
    public int compareTo(Sent other) {
      return toString().compareTo(other.toString());
    }
  }

  /** Runs a step and keeps what was run. */
  static Partitions of(
      RemoteSession session, RunOptions options, Map<String, Value> feeds, String target) {
    RunOptions reporting = options.toBuilder().setOutputPartitionGraphs(true).build();
    List<GraphDef> graphs =
        session.run(reporting, feeds, List.of(), target).metadata().getPartitionGraphsList();
    if (graphs.isEmpty()) {
      throw new IllegalStateException("the runtime reports no partitions");
    }
    return new Partitions(graphs);
  }

  /** The nodes below a name by task, without those that send and receive. */
  Map<String, Set<String>> devices(String prefix) {
    Map<String, Set<String>> devices = new TreeMap<>();
    for (NodeDef node : nodes()) {
      if (node.getName().startsWith(prefix) && !node.getOp().matches("_(Host)?(Send|Recv)")) {
        devices
            .computeIfAbsent(task(node.getDevice()), task -> new TreeSet<>())
            .add(node.getName());
      }
    }
    return devices;
  }

  /** The task of each node that writes a state of a filter of a variable. */
  List<String> updates(String variable) {
    return nodes().stream()
        .filter(node -> node.getName().matches("grokfast/" + variable + "/[^/]+/(update|put)"))
        .map(node -> task(node.getDevice()))
        .toList();
  }

  /** What was sent from one process to another. */
  Set<Sent> sent() {
    Set<Sent> sent = new TreeSet<>();
    for (NodeDef node : nodes()) {
      if (node.getOp().equals("_Send")) {
        String from = task(node.getAttrOrThrow("send_device").getS().toStringUtf8());
        String to = task(node.getAttrOrThrow("recv_device").getS().toStringUtf8());
        if (!from.equals(to)) {
          // The runtime numbers the edges of a step, and those that it makes out of control edges.
          String edge = node.getAttrOrThrow("tensor_name").getS().toStringUtf8();
          sent.add(new Sent(from, to, edge.replaceAll("^edge_\\d+_|_S\\d+$", "")));
        }
      }
    }
    return sent;
  }

  private List<NodeDef> nodes() {
    List<NodeDef> nodes = new ArrayList<>();
    graphs.forEach(graph -> nodes.addAll(graph.getNodeList()));
    return nodes;
  }

  private static String task(String device) {
    return device.replaceFirst("/replica:\\d+", "").replaceFirst("/device:.*", "");
  }
}
