package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.grokfast.rewrite.CallPath;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.cover.StepCoverage;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.TrainableVariables;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What is in a training graph, as far as it can be told without running it.
 *
 * @param summary the graph as a whole
 * @param variables the variables, in the order of the graph's nodes
 * @param sites where gradients reach optimizers; of a rewritten graph, as they were before
 * @param misses what looks like such a place but can't be filtered
 * @param coverage what becomes of each variable that the step changes if all sites are filtered
 * @param hazards what works, but not as its author will expect
 * @param inserted what a pass has inserted
 */
public record GraphInspection(
    Summary summary,
    List<Variable> variables,
    List<Site> sites,
    List<NearMiss> misses,
    Coverage coverage,
    List<Hazard> hazards,
    InsertedNodes inserted) {

  /** Makes the lists immutable. */
  public GraphInspection {
    variables = List.copyOf(variables);
    sites = List.copyOf(sites);
    misses = List.copyOf(misses);
    hazards = List.copyOf(hazards);
  }

  /**
   * The graph as a whole.
   *
   * @param bytes its size as a binary message
   * @param producer the version of graphs that its writer knew
   * @param minConsumer the version of graphs that its reader must know
   * @param tensorflow the version of TensorFlow that wrote it; empty where the form does not say
   * @param nodes the number of nodes outside functions
   * @param functions the number of functions
   * @param functionNodes the number of nodes in functions
   */
  public record Summary(
      long bytes,
      int producer,
      int minConsumer,
      String tensorflow,
      int nodes,
      int functions,
      int functionNodes) {}

  /**
   * A place where a gradient reaches an optimizer.
   *
   * @param update the place
   * @param optimizer what takes the gradient: {@code Adam}
   * @param device where it is placed; empty where that is left to TensorFlow
   */
  public record Site(UpdateSite update, String optimizer, String device) {}

  /**
   * What a graph does outside of itself when it runs, as its hazards have it: equal ones are one.
   *
   * @return an empty list for a graph that may be run whoever it is from
   */
  public static List<Hazard> effects(GraphDef graph) {
    return Hazard.grouped(EffectFinder.find(graph));
  }

  /**
   * Looks at a graph.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException if the graph is malformed
   */
  public static GraphInspection of(GraphFile file) {
    GraphDef graph = file.graph();
    InsertedNodes inserted = InsertedNodes.of(graph);
    Map<String, NodeDef> nodes = new HashMap<>();
    List<Variable> variables = new ArrayList<>();
    for (NodeDef node : graph.getNodeList()) {
      nodes.put(node.getName(), node);
      Variable.of(node).ifPresent(variables::add);
    }
    List<Site> sites = new ArrayList<>();
    List<NearMiss> misses = new ArrayList<>();
    Map<String, FunctionDef> functions = new HashMap<>();
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.put(function.getSignature().getName(), function));
    Program program = Program.of(GraphParts.of(original(graph)));
    List<Finding> findings = UpdateSites.find(program);
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        sites.add(site(site, nodes, functions));
      } else if (finding instanceof NearMiss miss) {
        misses.add(miss);
      }
    }
    return new GraphInspection(
        summary(file, graph),
        variables,
        sites,
        misses,
        StepCoverage.of(program, findings, TrainableVariables.of(file)),
        HazardFinder.find(graph, variables),
        inserted);
  }

  /** The optimizers that were found, each once, in alphabetical order. */
  public List<String> optimizers() {
    return List.copyOf(new TreeSet<>(sites.stream().map(Site::optimizer).toList()));
  }

  private static GraphDef original(GraphDef graph) {
    return FilterStripper.isRewritten(graph) ? FilterStripper.apply(graph) : graph;
  }

  private static Summary summary(GraphFile file, GraphDef graph) {
    int functionNodes = 0;
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      functionNodes += function.getNodeDefCount();
    }
    return new Summary(
        file.message().getSerializedSize(),
        graph.getVersions().getProducer(),
        graph.getVersions().getMinConsumer(),
        file.metaGraph().map(meta -> meta.getMetaInfoDef().getTensorflowVersion()).orElse(""),
        graph.getNodeCount(),
        graph.getLibrary().getFunctionCount(),
        functionNodes);
  }

  private static Site site(
      UpdateSite site, Map<String, NodeDef> nodes, Map<String, FunctionDef> functions) {
    String name = site.edges().get(0).node();
    NodeDef update =
        site.place().map(place -> node(functions, place, name)).orElseGet(() -> nodes.get(name));
    if (update == null) {
      return new Site(site, site.evidence().rule(), "");
    }
    NodeDef variable = nodes.getOrDefault(site.variable().name(), update);
    String device = update.getDevice().isEmpty() ? variable.getDevice() : update.getDevice();
    return new Site(site, optimizer(update.getOp(), site.evidence().rule()), device);
  }

  private static NodeDef node(Map<String, FunctionDef> functions, CallPath place, String name) {
    return functions.get(place.function()).getNodeDefList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String optimizer(String op, String rule) {
    int apply = op.indexOf("Apply");
    return apply < 0 ? rule : op.substring(apply + "Apply".length());
  }
}
