package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.grokfast.io.GraphFileException;
import org.grokfast.proof.Judge;
import org.grokfast.proof.Losses;
import org.grokfast.proof.Measurement;
import org.grokfast.proof.SiteProof;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.proof.Fetchable;
import org.grokfast.tensorflow.proof.GradientSource;
import org.grokfast.tensorflow.proof.GradientSources;
import org.grokfast.tensorflow.proof.LossCandidates;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.grokfast.tensorflow.proof.Values;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;

/**
 * Proves in a session that filters stand on gradients: moves one variable, computes the losses
 * anew, and sets everything back. No step of training is made.
 */
final class LiveProof {
  private static final int MOST_ELEMENTS = 20_000_000;
  private static final long SEED = 1;

  /** What gives something else when it is run again. */
  private static final Pattern DRAWS =
      Pattern.compile(".*Dequeue.*|IteratorGetNext.*|ReaderRead.*|Unstage|MapUnstage.*");

  private final Session session;
  private final RewritePlan plan;
  private final String trainOp;
  private final List<Map<String, Tensor>> steps;
  private final Optional<String> named;
  private final GraphIndex index;
  private final NodeIndex nodes;
  private final Graph graph;

  /** What is given to a proof. */
  record Given(RewritePlan plan, String trainOp, List<Map<String, Tensor>> steps, String loss) {}

  LiveProof(Graph graph, Session session, Given given) {
    if (given.steps().isEmpty()) {
      throw new GraphRewriteException("a proof needs the inputs of at least one step");
    }
    this.graph = graph;
    this.session = session;
    this.plan = given.plan();
    this.trainOp = given.trainOp();
    this.steps = given.steps();
    this.named = Optional.ofNullable(given.loss());
    GraphDef def = graph.toGraphDef();
    this.index = new GraphIndex(GraphParts.of(def));
    this.nodes = new NodeIndex(def);
    named.ifPresent(
        loss -> {
          if (!nodes.has(NodeIndex.nodeOf(loss))) {
            throw new GraphRewriteException("loss: the graph has no tensor '" + loss + "'");
          }
        });
  }

  /** One proof for each filtered tensor, in the order of the plan. */
  List<SiteProof> run() {
    try (SessionVariables variables = new SessionVariables(graph, index, session)) {
      List<SiteProof> proofs = new ArrayList<>();
      for (RewritePlan.PlannedSite planned : plan.sites()) {
        proofs.add(inJava(prove(planned, variables)));
      }
      return List.copyOf(proofs);
    }
  }

  /** The advice of the command line as that of a program. */
  private static SiteProof inJava(SiteProof proof) {
    String reason =
        proof.reason().replace("name the loss with --loss", "give the loss's tensor to prove");
    return new SiteProof(
        proof.variable(),
        proof.verdict(),
        proof.factor(),
        proof.deviation(),
        proof.noise(),
        proof.loss(),
        reason);
  }

  private SiteProof prove(RewritePlan.PlannedSite planned, SessionVariables variables) {
    UpdateSite site = planned.site();
    String variable = site.variable().name();
    if (site.place().isPresent()) {
      return SiteProof.undecided(
          variable, "it stands in a function, of which no tensor can be fetched; use verify");
    }
    if (planned.isLazy()) {
      return SiteProof.undecided(variable, "a lazy filter sees some rows alone; use verify");
    }
    Optional<String> filtered = filtered(variable);
    Tensor value = variables.value(variable);
    if (filtered.isEmpty() || value == null) {
      return SiteProof.undecided(variable, "it has no value in this session");
    }
    String raw =
        planned.isDensified()
            ? filtered.get().substring(0, filtered.get().lastIndexOf('/')) + InsertedNames.DENSE
            : site.gradient();
    Optional<String> draws = draws(raw);
    if (draws.isPresent()) {
      return SiteProof.undecided(
          variable, "node '" + draws.get() + "' gives other data in every run; feed what it gives");
    }
    try {
      return measure(
          planned, value, variables, GradientSources.of(nodes, filtered.get(), raw), raw);
    } catch (TensorFlowException | GraphFileException | IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return SiteProof.undecided(variable, "running it failed: " + message);
    } finally {
      variables.restore();
    }
  }

  private Optional<String> filtered(String variable) {
    return nodes.graph().getNodeList().stream()
        .filter(node -> node.containsAttr(InsertedNames.FILTER_ATTRIBUTE))
        .map(node -> node.getName())
        .filter(name -> InsertedNames.variables(name).contains(variable))
        .findFirst();
  }

  private Optional<String> draws(String tensor) {
    return nodes.ancestors(List.of(NodeIndex.nodeOf(tensor))).stream()
        .filter(
            name -> nodes.find(name).filter(n -> DRAWS.matcher(n.getOp()).matches()).isPresent())
        .findFirst();
  }

  private SiteProof measure(
      RewritePlan.PlannedSite planned,
      Tensor value,
      SessionVariables variables,
      GradientSource source,
      String raw) {
    String variable = planned.site().variable().name();
    double[] at = Values.of(value);
    if (at.length > MOST_ELEMENTS) {
      return SiteProof.undecided(variable, "it has more than " + MOST_ELEMENTS + " elements");
    }
    List<Judge.Made> made = fitting(source.tensors(), at.length, variables);
    List<String> tensors = new ArrayList<>(List.of(raw));
    made.forEach(tensor -> tensors.add(tensor.name()));
    List<String> losses = named.map(List::of).orElseGet(() -> scalars(variable, variables));
    List<Measurement> measured = new ArrayList<>();
    for (Map<String, Tensor> feeds : losses.isEmpty() ? steps.subList(0, 0) : steps) {
      variables.restore();
      List<double[]> values = fetch(feeds, tensors);
      Losses moved =
          elements -> {
            variables.restore();
            try (Tensor there = Values.tensor(value.dataType().name(), value.shape(), elements)) {
              variables.set(variable, there);
            }
            return fetch(feeds, losses).stream().mapToDouble(loss -> loss[0]).toArray();
          };
      measured.add(
          Measurement.of(
              moved,
              at,
              values,
              LossCandidates.rounding(LossCandidates.narrowest(nodes, losses)),
              SEED + measured.size()));
    }
    if (losses.isEmpty()) {
      return SiteProof.undecided(
          variable, "no scalar that depends on it was found; name the loss with --loss");
    }
    List<Judge.Made> judged = new ArrayList<>(List.of(new Judge.Made(raw, "", true)));
    judged.addAll(made);
    return new Judge(
            variable, losses, judged, new Judge.Context(named.isPresent(), true, source.clipped()))
        .decide(measured);
  }

  /** Those tensors that a run gives, with as many elements as the variable has. */
  private List<Judge.Made> fitting(
      List<Judge.Made> tensors, int elements, SessionVariables variables) {
    List<double[]> values =
        Fetchable.of(
            tensors.stream().map(Judge.Made::name).toList(), some -> fetchOnce(some, variables));
    List<Judge.Made> fitting = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (values.get(i).length == elements) {
        fitting.add(tensors.get(i));
      }
    }
    return fitting;
  }

  /** What may be the loss: scalars of the graph as it was that depend on the variable. */
  private List<String> scalars(String variable, SessionVariables variables) {
    Set<String> fed = new LinkedHashSet<>();
    steps.get(0).keySet().forEach(name -> fed.add(NodeIndex.nodeOf(name)));
    List<String> candidates =
        LossCandidates.of(nodes, Set.of(variable), List.of(trainOp), fed).stream()
            .filter(name -> !name.startsWith(InsertedNames.PREFIX))
            .filter(name -> !NodeIndex.nodeOf(name).equals(trainOp))
            .toList();
    return Fetchable.losses(candidates, tensors -> fetchOnce(tensors, variables));
  }

  /** Runs some tensors with the first step's inputs, and sets back what that changed. */
  private List<double[]> fetchOnce(List<String> tensors, SessionVariables variables) {
    try {
      return fetch(steps.get(0), tensors);
    } finally {
      variables.restore();
    }
  }

  /** Runs some tensors; one that is fed can't be fetched and is what was fed. */
  private List<double[]> fetch(Map<String, Tensor> feeds, List<String> tensors) {
    Session.Runner runner = session.runner();
    feeds.forEach(runner::feed);
    List<Tensor> fed = new ArrayList<>();
    for (String tensor : tensors) {
      Tensor value = feeds.getOrDefault(tensor, feeds.get(NodeIndex.nodeOf(tensor)));
      fed.add(value);
      if (value == null) {
        runner.fetch(tensor);
      }
    }
    List<double[]> values = new ArrayList<>();
    try (Result result = runner.run()) {
      int next = 0;
      for (Tensor value : fed) {
        values.add(Values.of(value == null ? result.get(next++) : value));
      }
    }
    return values;
  }
}
