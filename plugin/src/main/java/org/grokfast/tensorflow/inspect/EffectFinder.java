package org.grokfast.tensorflow.inspect;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.tensorflow.graph.Provenance;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Names what a graph does to the world outside of it when it runs, in its functions too, whether
 * they are called or not.
 *
 * <p>A saver is no hazard where whoever runs it says which file: {@link PathOrigin}. Nor is a cache
 * in memory.
 */
final class EffectFinder {
  /** What a saver consists of, with the inputs that are paths. */
  private static final Map<String, List<Integer>> SAVERS =
      Map.of(
          "Save", List.of(0),
          "SaveSlices", List.of(0),
          "SaveV2", List.of(0),
          "MergeV2Checkpoints", List.of(0, 1),
          "Restore", List.of(0),
          "RestoreSlice", List.of(0),
          "RestoreV2", List.of(0));

  /** By which our own savers find out whether a checkpoint holds the filter's state. */
  private static final Set<String> PROBES = Set.of("MatchingFiles", "ReadFile");

  private static final Map<String, Integer> CACHES = Map.of("CacheDataset", 1, "CacheDatasetV2", 1);

  private final GraphScopes scopes;
  private final PathOrigin origin;
  private final List<Hazard> hazards = new ArrayList<>();

  private EffectFinder(GraphScopes scopes) {
    this.scopes = scopes;
    this.origin = new PathOrigin(scopes);
  }

  static List<Hazard> find(GraphDef graph) {
    EffectFinder finder = new EffectFinder(new GraphScopes(graph));
    graph.getNodeList().forEach(node -> finder.look(GraphScopes.MAIN, node));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      String name = function.getSignature().getName();
      function.getNodeDefList().forEach(node -> finder.look(name, node));
    }
    return finder.hazards;
  }

  private void look(String scope, NodeDef node) {
    Optional<OpEffects.Effect> found = OpEffects.of(node, scopes.functions());
    if (found.isEmpty() || isInMemory(scope, node) || isSaver(scope, node)) {
      return;
    }
    OpEffects.Effect effect = found.get();
    hazards.add(
        new Hazard(
            effect.kind(),
            scope.isEmpty() ? node.getName() : scope + "/" + node.getName(),
            node.getOp()
                + " "
                + effect.what()
                + (effect.kind() == Hazard.Kind.UNKNOWN_EFFECT ? "" : " when it runs")
                + "; run the graph only if its source is trusted"));
  }

  private boolean isSaver(String scope, NodeDef node) {
    List<Integer> paths = SAVERS.get(node.getOp());
    if (paths == null && PROBES.contains(node.getOp()) && Provenance.isInserted(node)) {
      paths = List.of(0);
    }
    return paths != null
        && paths.stream().allMatch(path -> origin.isGivenByTheCaller(scope, node, path));
  }

  private boolean isInMemory(String scope, NodeDef node) {
    Integer path = CACHES.get(node.getOp());
    return path != null
        && scopes
            .producer(scope, node, path)
            .filter(file -> file.getOp().equals("Const"))
            .filter(
                file ->
                    file
                        .getAttrOrDefault("value", AttrValue.getDefaultInstance())
                        .getTensor()
                        .getStringValList()
                        .stream()
                        .allMatch(ByteString::isEmpty))
            .isPresent();
  }
}
