package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.Provenance;

/** The ops of a graph that train, and the updates that each of them runs. */
final class TrainOps {
  private static final int MOST_NAMED = 6;

  private final Program program;
  private final GraphIndex index;
  private final List<Finding> findings;
  private final Map<String, String> copies = new HashMap<>();
  private final Map<String, String> trainOps = new HashMap<>();

  TrainOps(Program program) {
    this.program = program;
    this.index = program.main();
    this.findings = UpdateSites.find(program).stream().filter(this::isOriginal).toList();
    Provenance.inserted(index.nodes())
        .mapToObj(index.nodes()::get)
        .forEach(
            node -> {
              Provenance.text(node, Provenance.COPY_OF)
                  .ifPresent(original -> copies.put(original, node.getName()));
              Provenance.text(node, Provenance.TRAIN_OP)
                  .ifPresent(original -> trainOps.put(original, node.getName()));
            });
  }

  /** Whether something was found at a node that was there before any wrapping. */
  private boolean isOriginal(Finding finding) {
    GraphIndex place = program.graph(finding.function());
    return !Provenance.isInserted(place.node(place.id(finding.anchor())));
  }

  /**
   * What one op runs that has been filtered just now, for passes that go with the filter: see
   * {@link #of}.
   */
  List<Finding> ofFiltered(int train) {
    return run(train, index.ancestors(train));
  }

  /**
   * What one op runs: its updates, and everything that was found but is no update.
   *
   * @throws NothingToRewriteException if it runs no update that can be filtered
   * @throws GraphRewriteException if an update that it runs is filtered already
   */
  List<Finding> of(int train) {
    BitSet ancestors = index.ancestors(train);
    Set<String> functions = called(ancestors);
    String trigger = index.name(train);
    if (trainOps.containsKey(trigger)) {
      throw new GraphRewriteException(
          "train op '"
              + trigger
              + "' is wrapped already; run '"
              + trainOps.get(trigger)
              + "' in its place");
    }
    ancestors.stream().forEach(id -> GraphRewriter.requireUntouched(index, id));
    functions.forEach(function -> GraphRewriter.requireUntouched(program.graph(function)));
    return run(train, ancestors);
  }

  private List<Finding> run(int train, BitSet ancestors) {
    Set<String> functions = called(ancestors);
    String trigger = index.name(train);
    List<Finding> run = new ArrayList<>();
    for (Finding finding : findings) {
      if (!(finding instanceof UpdateSite site)) {
        run.add(finding);
      } else if (runs(site, ancestors, functions)) {
        requireUnwrapped(site, trigger, ancestors);
        run.add(site.withTrigger(trigger));
      }
    }
    if (run.stream().noneMatch(UpdateSite.class::isInstance)) {
      throw new NothingToRewriteException(
          "train op '" + trigger + "' runs no update that can be filtered; " + advice(ancestors));
    }
    return run;
  }

  private String advice(BitSet ancestors) {
    Set<String> functions = called(ancestors);
    Optional<String> nearest =
        findings.stream()
            .filter(NearMiss.class::isInstance)
            .filter(miss -> runs(miss, ancestors, functions))
            .findFirst()
            .map(miss -> "nearest: " + miss);
    return nearest.orElse("give the op that the training loop runs");
  }

  private void requireUnwrapped(UpdateSite site, String trigger, BitSet ancestors) {
    List<String> nodes =
        site.place().isPresent()
            ? program.roots().get(site.function()).stream()
                .filter(root -> ancestors.get(index.id(root)))
                .toList()
            : List.of(site.anchor());
    nodes.stream()
        .filter(copies::containsKey)
        .findFirst()
        .ifPresent(
            node -> {
              throw new GraphRewriteException(
                  "train op '"
                      + trigger
                      + "' updates '"
                      + site.variable().name()
                      + "' at '"
                      + node
                      + "', which was wrapped with another train op and is filtered in '"
                      + copies.get(node)
                      + "': a variable can't have two filters; wrap one op that runs all updates");
            });
  }

  /** The functions that run when these nodes of the main graph do. */
  private Set<String> called(BitSet nodes) {
    Set<String> called = new LinkedHashSet<>();
    program
        .roots()
        .forEach(
            (function, roots) -> {
              if (roots.stream().anyMatch(root -> nodes.get(index.id(root)))) {
                called.add(function);
              }
            });
    return called;
  }

  private boolean runs(Finding finding, BitSet ancestors, Set<String> functions) {
    return finding.place().isPresent()
        ? functions.contains(finding.function())
        : ancestors.get(index.id(finding.anchor()));
  }

  /** Whether a node runs an update. */
  boolean trains(String node) {
    BitSet ancestors = index.ancestors(index.id(node));
    Set<String> functions = called(ancestors);
    return findings.stream()
        .filter(UpdateSite.class::isInstance)
        .anyMatch(site -> runs(site, ancestors, functions));
  }

  /** Whether every update of the graph is run by an op, or was wrapped with another one before. */
  boolean isLast(int train) {
    BitSet ancestors = index.ancestors(train);
    Set<String> functions = called(ancestors);
    return findings.stream()
        .filter(UpdateSite.class::isInstance)
        .allMatch(site -> runs(site, ancestors, functions) || copies.containsKey(site.anchor()));
  }

  /** The ops that run updates and that nothing waits for, those first that run the most. */
  List<String> candidates() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        for (String op : runners(site)) {
          counts.merge(op, 1, Integer::sum);
        }
      }
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_NAMED)
        .map(Map.Entry::getKey)
        .toList();
  }

  private Set<String> runners(UpdateSite site) {
    if (site.place().isPresent()) {
      return program.roots().get(site.function());
    }
    BitSet start = new BitSet();
    start.set(index.id(site.anchor()));
    BitSet after = Reachability.from(start, index::consumers, id -> true);
    Set<String> ends = new HashSet<>();
    after.stream()
        .filter(id -> index.consumers(id).findAny().isEmpty())
        .filter(id -> !Provenance.isInserted(index.node(id)))
        .forEach(id -> ends.add(index.name(id)));
    return ends;
  }

  /** Some names in quotes after a text; nothing where there are none. */
  static String named(String before, List<String> names) {
    return names.isEmpty()
        ? ""
        : before + names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }
}
