package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.GraphDiff;

/** A difference for programs; {@code docs/schema/diff.schema.json} describes it. */
final class DiffJson {
  private static final int VERSION = 1;

  private DiffJson() {}

  static Map<String, Object> of(String before, String after, GraphDiff diff) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", VERSION);
    root.put("before", before);
    root.put("after", after);
    root.put("equal", diff.isEmpty());
    root.put("nodes", changes(diff.nodes()));
    root.put("edges", changes(diff.edges()));
    root.put("functions", changes(diff.functions()));
    root.put("initializers", changes(diff.initializers()));
    root.put("signatures", changes(diff.signatures()));
    root.put("other", diff.other());
    return root;
  }

  private static Map<String, Object> changes(GraphDiff.Changes changes) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("added", changes.added());
    entry.put("removed", changes.removed());
    List<Object> changed = new ArrayList<>();
    changes
        .changed()
        .forEach(
            (name, what) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("name", name);
              one.put("what", what);
              changed.add(one);
            });
    entry.put("changed", changed);
    return entry;
  }
}
