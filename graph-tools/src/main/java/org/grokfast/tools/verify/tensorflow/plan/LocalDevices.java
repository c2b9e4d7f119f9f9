package org.grokfast.tools.verify.tensorflow.plan;

import java.util.regex.Pattern;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Places a graph on one machine: a session on its own knows no parameter servers and workers. */
final class LocalDevices {
  private static final Pattern MACHINE = Pattern.compile("/(job|replica|task):[^/]*");

  private LocalDevices() {}

  static GraphDef of(GraphDef graph) {
    GraphDef.Builder local = graph.toBuilder();
    local.getNodeBuilderList().forEach(LocalDevices::place);
    local.getLibraryBuilder().getFunctionBuilderList().stream()
        .flatMap(function -> function.getNodeDefBuilderList().stream())
        .forEach(LocalDevices::place);
    return local.build();
  }

  private static void place(NodeDef.Builder node) {
    node.setDevice(MACHINE.matcher(node.getDevice()).replaceAll(""));
  }
}
