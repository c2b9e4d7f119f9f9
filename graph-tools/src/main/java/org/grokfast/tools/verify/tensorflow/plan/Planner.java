package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.SavedModelFile;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.SelfWriters;
import org.grokfast.tensorflow.proof.GradientSource;
import org.grokfast.tensorflow.proof.GradientSources;
import org.grokfast.tensorflow.proof.LossCandidates;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.grokfast.tools.verify.VerifySettings;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/** Decides what is run and compared, from the graphs alone. */
public final class Planner {
  private static final Pattern INIT = Pattern.compile("Init.*|init");

  private static final String[] NONE = {};

  private final GraphFile original;
  private final VerifySettings settings;
  private final NodeIndex before;
  private final NodeIndex after;
  private final List<String> notes = new ArrayList<>();

  /**
   * A plan and the graphs that it is for.
   *
   * @param plan what to do
   * @param original the original, ready to run
   * @param rewritten the rewritten graph, ready to run
   */
  public record Planned(VerifyPlan plan, GraphDef original, GraphDef rewritten) {}

  private Planner(GraphFile original, GraphFile rewritten, VerifySettings settings) {
    this.original = original;
    this.settings = settings;
    before = new NodeIndex(ordered(original.graph()));
    after = new NodeIndex(ordered(rewritten.graph()));
  }

  /**
   * Plans a comparison.
   *
   * @throws NothingToRewriteException if the rewritten graph holds no filter
   * @throws GraphRewriteException if the one graph is no rewrite of the other
   */
  public static Planned plan(GraphFile original, GraphFile rewritten, VerifySettings settings) {
    return new Planner(original, rewritten, settings).plan();
  }

  /** Both graphs get the order that is missing in either, as runs would differ without it. */
  private GraphDef ordered(GraphDef graph) {
    AdamOrderPass.Result result = AdamOrderPass.apply(graph);
    if (!result.updates().isEmpty()) {
      String note = "ran with the powers of beta in order, as with --fix-adam-order";
      if (!notes.contains(note)) {
        notes.add(note);
      }
    }
    return result.graph();
  }

  private Planned plan() {
    List<FilterNode> filters = FilterNode.of(after);
    if (filters.isEmpty()) {
      throw new NothingToRewriteException(
          "the rewritten graph holds no filter; give ORIGINAL first, then REWRITTEN");
    }
    Map<String, List<UpdateSite>> sites = new LinkedHashMap<>();
    for (GraphInspection.Site site : GraphInspection.of(original).sites()) {
      sites
          .computeIfAbsent(site.update().variable().name(), name -> new ArrayList<>())
          .add(site.update());
    }
    VariableAccess access = new VariableAccess(before, after);
    Probes probes = new Probes(access.rewritten());
    SiteReader reader = new SiteReader(before, probes);
    Map<VerifyPlan.Site, List<String>> triggers = new LinkedHashMap<>();
    Map<FilterNode, VerifyPlan.Site> read = new LinkedHashMap<>();
    boolean sparse = false;
    boolean tunable = true;
    Set<String> unswitchable = new TreeSet<>();
    for (FilterNode filter : filters) {
      SiteReader.Found found = reader.read(filter, sites);
      sparse |= found.sparse();
      GradientFilter inserted = FilterDescription.parse(found.site().filter());
      tunable &= inserted.options().isTunable();
      if (!inserted.passesWithoutLamb()) {
        unswitchable.add(inserted.kind());
      }
      String trigger =
          settings
              .trainOp()
              .or(() -> found.update().map(site -> site.evidence().trigger()))
              .orElseThrow(
                  () ->
                      new GraphRewriteException(
                          "no rule finds the update of '"
                              + found.site().variable()
                              + "' in the original; name what trains it with --train-op"));
      triggers.put(found.site(), List.of(trigger.split(",", -1)));
      read.put(filter, found.site());
    }
    if (sparse) {
      notes.add("weights were not compared: a sparse update became dense, which is another one");
    } else if (!unswitchable.isEmpty()) {
      notes.add(
          "weights were not compared: no lamb switches off " + String.join(", ", unswitchable));
    } else if (!tunable) {
      notes.add("weights were not compared: lamb is a constant of the graph (--no-tunable)");
    }
    boolean passes = read.values().stream().anyMatch(site -> !site.passes().isEmpty());
    Optional<String> selfWriter = passes ? SelfWriters.first(original) : Optional.empty();
    selfWriter.ifPresent(
        text -> notes.add("weights were not compared: " + text + " between what the passes do"));
    Optional<VerifyPlan.Site> unseen =
        read.values().stream()
            .filter(site -> site.updateRule().isPresent() && site.runs() != null)
            .findFirst();
    unseen.ifPresent(
        site ->
            notes.add(
                "weights were not compared: the gradient of '"
                    + site.variable()
                    + "', which is in a function or a branch, can't be read in the original"));
    List<VerifyPlan.Group> groups = new ArrayList<>();
    TrainingRuns.of(triggers).forEach((nodes, found) -> groups.add(group(nodes, found)));
    LossProbes losses = LossProbes.in(probes.graph(), inFunctions(read, groups));
    VerifyPlan plan =
        new VerifyPlan(
            settings.steps(),
            settings.random().seed(),
            settings.random().intRange(),
            settings.feeds().map(path -> path.toAbsolutePath().toString()).orElse(null),
            Inputs.of(before, groups, settings.random().batch()),
            groups,
            access.variables(),
            start().with(probes.init()),
            lambs(),
            tunable
                && !sparse
                && unswitchable.isEmpty()
                && selfWriter.isEmpty()
                && unseen.isEmpty(),
            notes,
            settings.proof().isWanted() ? proof(groups, read, losses.shown()) : null);
    return new Planned(
        plan,
        runnable(plan.hasPasses() ? access.assignableOriginal() : access.original()),
        runnable(losses.graph()));
  }

  /** The filters in functions whose losses no one names, each with the nodes that run it. */
  private Map<FilterNode, List<String>> inFunctions(
      Map<FilterNode, VerifyPlan.Site> read, List<VerifyPlan.Group> groups) {
    Map<FilterNode, List<String>> steps = new LinkedHashMap<>();
    if (!settings.proof().isWanted() || settings.proof().loss().isPresent()) {
      return steps;
    }
    read.forEach(
        (filter, site) ->
            groups.stream()
                .filter(group -> filter.isInFunction() && group.sites().contains(site))
                .findFirst()
                .ifPresent(group -> steps.put(filter, group.rewritten())));
    return steps;
  }

  private ProofPlan proof(
      List<VerifyPlan.Group> groups,
      Map<FilterNode, VerifyPlan.Site> read,
      Map<String, String> inFunctions) {
    Set<String> variables = new LinkedHashSet<>();
    List<GradientSource> sources = new ArrayList<>();
    for (VerifyPlan.Group group : groups) {
      for (VerifyPlan.Site site : group.sites()) {
        variables.add(site.variable());
        if (site.runs() == null) {
          sources.add(GradientSources.of(after, site.filtered(), site.raw()));
        }
      }
    }
    // In a function nothing of it can be fetched, but a clipping can be seen.
    read.forEach(
        (filter, site) -> {
          if (filter.isInFunction()) {
            GradientSource source =
                GradientSources.of(filter.place(), filter.name(), SiteReader.replaced(filter));
            sources.add(new GradientSource(site.filtered(), List.of(), source.clipped()));
          }
        });
    Optional<String> named = settings.proof().loss();
    named.ifPresent(loss -> before.require(NodeIndex.nodeOf(loss), "--loss"));
    List<String> steps = groups.stream().flatMap(group -> group.original().stream()).toList();
    List<String> losses =
        named
            .map(List::of)
            .orElseGet(
                () ->
                    LossCandidates.of(
                        before,
                        variables,
                        steps,
                        Inputs.of(before, groups, settings.random().batch()).stream()
                            .map(VerifyPlan.Input::name)
                            .collect(Collectors.toSet())));
    List<String> all = new ArrayList<>(losses);
    all.addAll(inFunctions.keySet());
    List<String> made = new ArrayList<>(losses);
    made.addAll(inFunctions.isEmpty() ? List.of() : steps);
    return new ProofPlan(
        all,
        named.isPresent(),
        !inFunctions.isEmpty()
            || losses.stream().anyMatch(loss -> LossCandidates.runs(before, loss)),
        LossCandidates.narrowest(before, made),
        sources,
        inFunctions);
  }

  private GraphDef runnable(GraphDef graph) {
    return LocalDevices.of(RandomSeeds.fix(graph, settings.random().seed()));
  }

  private VerifyPlan.Group group(List<String> nodes, List<VerifyPlan.Site> sites) {
    List<String> rewritten = new ArrayList<>();
    for (String node : nodes) {
      before.require(node, "--train-op");
      rewritten.add(
          after.graph().getNodeList().stream()
              .filter(
                  n ->
                      NodeIndex.text(n, InsertedNames.TRAIN_OP_ATTRIBUTE)
                          .filter(node::equals)
                          .isPresent())
              .map(NodeDef::getName)
              .findFirst()
              .orElseGet(() -> after.require(node, "the rewritten graph").getName()));
    }
    return new VerifyPlan.Group(nodes, rewritten, sites);
  }

  private List<String> lambs() {
    return after.graph().getNodeList().stream()
        .filter(InsertedNodes::contains)
        .map(NodeDef::getName)
        .filter(name -> name.endsWith(InsertedNames.NEW_VALUE))
        .map(name -> name.substring(0, name.length() - InsertedNames.NEW_VALUE.length()))
        .filter(name -> InsertedNames.isParameter(name, "lamb"))
        .toList();
  }

  private VerifyPlan.Start start() {
    Set<String> state = new LinkedHashSet<>();
    for (NodeDef node : after.graph().getNodeList()) {
      if (InsertedNodes.contains(node) && InsertedNames.is(node.getName(), InsertedNames.INIT)) {
        state.add(node.getName());
      }
    }
    Set<String> init = new TreeSet<>();
    for (String name : settings.initOp().map(names -> names.split(",", -1)).orElse(NONE)) {
      init.add(before.require(name, "--init-op").getName());
    }
    if (init.isEmpty()) {
      for (NodeDef node : after.graph().getNodeList()) {
        if (before.has(node.getName())
            && node.getInputList().stream().anyMatch(in -> state.contains(NodeIndex.nodeOf(in)))) {
          init.add(node.getName());
        }
      }
    }
    if (init.isEmpty()) {
      before.graph().getNodeList().stream()
          .filter(node -> node.getOp().equals("NoOp") && INIT.matcher(node.getName()).matches())
          .forEach(node -> init.add(node.getName()));
    }
    Optional<VerifyPlan.Start> restored = restored(List.copyOf(init), List.copyOf(state));
    if (init.isEmpty() && restored.isEmpty() && !VariableAccess.variables(before).isEmpty()) {
      throw new GraphRewriteException(
          original.source()
              + ": no node that initialises the variables was found; name it with --init-op");
    }
    return restored.orElseGet(
        () -> new VerifyPlan.Start(List.copyOf(init), List.copyOf(state), null, null, null));
  }

  /** A SavedModel brings its values along. */
  private Optional<VerifyPlan.Start> restored(List<String> init, List<String> state) {
    if (!(original instanceof SavedModelFile model) || model.origin().folder().isEmpty()) {
      return Optional.empty();
    }
    MetaGraphDef meta = original.metaGraph().orElseThrow();
    String restore = meta.getSaverDef().getRestoreOpName();
    if (restore.isEmpty() || !before.has(restore)) {
      return Optional.empty();
    }
    return Optional.of(
        new VerifyPlan.Start(
            init,
            state,
            restore,
            meta.getSaverDef().getFilenameTensorName(),
            model.origin().folder().get().resolve("variables/variables").toAbsolutePath() + ""));
  }
}
