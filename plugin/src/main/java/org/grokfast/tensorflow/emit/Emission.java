package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.edit.MovedUpdate;
import org.grokfast.tensorflow.edit.ReplacedUpdate;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.NodeDef;

/**
 * What carries out a plan: the nodes that are inserted into a main graph and into its functions,
 * the new variables, and the tensors that edges are to take instead.
 */
public final class Emission {
  private final Program program;
  private final NodeEmitter main;
  private final FilterState state;
  private final Measuring measuring = new Measuring();
  private final List<MovedUpdate> moves = new ArrayList<>();
  private final List<ReplacedUpdate> replacements = new ArrayList<>();
  private final List<Delay> delays = new ArrayList<>();
  private final List<String> hazards = new ArrayList<>();
  private final NodeEmitter.Out rate;
  private final Map<String, NodeEmitter> functions = new LinkedHashMap<>();
  private final Map<String, Map<GradientEdge, String>> redirections = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param program what is inserted into
   * @param main the emitter of the main graph
   * @param scalars the family of scalar variables
   * @param rate the learning rate, if the program has said which tensor it is; otherwise null
   */
  Emission(Program program, NodeEmitter main, VariableNode.Kind scalars, NodeEmitter.Out rate) {
    this.rate = rate;
    this.program = program;
    this.main = main;
    this.state = new FilterState(main, scalars);
  }

  Program program() {
    return program;
  }

  /** Where state is declared. */
  FilterState state() {
    return state;
  }

  /** What is measured. */
  Measuring measuring() {
    return measuring;
  }

  /** By what it is called, the tensor of each thing that is measured. */
  public Map<String, String> readings() {
    return measuring.readings();
  }

  /** What the user should know of them; empty where nothing is measured. */
  public Optional<String> readingsNote() {
    return readings().values().stream()
        .findFirst()
        .map(
            first ->
                "what is measured is fetched between steps, in a run of its own: '"
                    + first
                    + "' and the like in total, '"
                    + InsertedNames.of("<variable>/" + InsertedNames.PROBE)
                    + "/<name>' of each variable");
  }

  /** Makes a node of a function, or of the main graph for an empty name, wait for another. */
  void delay(String function, String node, String before) {
    delays.add(new Delay(function, node, before));
  }

  /** The nodes of a place that have to wait, and for what. */
  public List<Delay> delays(String function) {
    return delays.stream().filter(delay -> delay.function().equals(function)).toList();
  }

  /**
   * A node that has to wait.
   *
   * @param function the function that it is in; empty for the main graph
   * @param node its name
   * @param before the inserted node for which it has to wait
   */
  public record Delay(String function, String node, String before) {}

  /** Lets something follow an update. */
  void move(MovedUpdate move) {
    moves.add(move);
  }

  /** Makes another update in place of one. */
  void replace(ReplacedUpdate replacement) {
    replacements.add(replacement);
  }

  /** The updates of a function, or of the main graph for an empty name, that are replaced. */
  public List<ReplacedUpdate> replacements(String function) {
    return replacements.stream().filter(each -> each.function().equals(function)).toList();
  }

  /** Which updates another one has the place of; nothing where none has. */
  public Optional<String> replacementsNote() {
    return replacements.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "in place of these updates another one is made, and the slots that they alone wrote"
                + " stay as they are, in checkpoints too: "
                + replacements.stream()
                    .map(ReplacedUpdate::node)
                    .collect(Collectors.joining(", ")));
  }

  /** The learning rate, where the program has said which tensor it is. */
  Optional<NodeEmitter.Out> rate() {
    return Optional.ofNullable(rate);
  }

  /** Takes down what the user should know of a pass. */
  void hazard(String text) {
    hazards.add("hazard: " + text);
  }

  /** Takes down what the user may want to know of several sites; once. */
  void remark(String text) {
    if (!hazards.contains(text)) {
      hazards.add(text);
    }
  }

  /** What the user should know of passes, and of steps that are thrown away; often nothing. */
  public List<String> hazards() {
    return Collections.unmodifiableList(hazards);
  }

  /** Which names stand for an update with what follows it; nothing where nothing follows one. */
  public Optional<String> movesNote() {
    return moves.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "each of these names stands for an update and what follows it, the update itself being"
                + " '"
                + InsertedNames.of("<variable>/" + InsertedNames.UPDATE)
                + "': "
                + moves.stream().map(MovedUpdate::node).collect(Collectors.joining(", ")));
  }

  /** The updates of a function, or of the main graph for an empty name, that are followed. */
  public List<MovedUpdate> moves(String function) {
    return moves.stream().filter(move -> move.function().equals(function)).toList();
  }

  /** Makes an edge of a function, or of the main graph for an empty name, take a tensor. */
  void redirect(String function, GradientEdge edge, String tensor) {
    redirections.computeIfAbsent(function, name -> new LinkedHashMap<>()).put(edge, tensor);
  }

  /** The emitter of the main graph. */
  public NodeEmitter main() {
    return main;
  }

  /** The emitter of a function; of the main graph for an empty name. */
  public NodeEmitter at(String function) {
    return function.isEmpty()
        ? main
        : functions.computeIfAbsent(
            function, name -> main.forFunction(new NameAllocator(program.graph(name)::has)));
  }

  /** The emitters of functions that have been asked for. */
  public Map<String, NodeEmitter> functions() {
    return Collections.unmodifiableMap(functions);
  }

  /** The new nodes of the main graph so far, each after what it takes. */
  public List<NodeDef> nodes() {
    return main.nodes();
  }

  /** The names of those that initialise state. */
  public Set<String> initNodes() {
    return main.initNodes();
  }

  /** The redirections by function; those of the main graph under an empty name. */
  Map<String, Map<GradientEdge, String>> redirectionsByFunction() {
    return Collections.unmodifiableMap(redirections);
  }

  /** The redirections in the main graph. */
  public Map<GradientEdge, String> redirections() {
    return redirections.getOrDefault("", Map.of());
  }

  public List<StateVariable> variables() {
    return state.variables();
  }

  public List<String> variableNames() {
    return variables().stream().map(StateVariable::name).toList();
  }

  /** The names of the variables that hold parameters which a session can change, by path. */
  public Map<String, String> parameters() {
    return state.parameters();
  }

  /**
   * What the new variables take.
   *
   * @throws GraphRewriteException if that is beyond 2^63 bytes
   */
  public long stateBytes() {
    long bytes = 0;
    for (StateVariable variable : variables()) {
      try {
        bytes = Math.addExact(bytes, variable.spec().bytes());
      } catch (ArithmeticException e) {
        throw new GraphRewriteException(
            "state '"
                + variable.name()
                + "' of shape "
                + variable.spec().shape()
                + " would take the filter's state beyond 2^63 bytes; exclude its variable or choose"
                + " a smaller window",
            e);
      }
    }
    return bytes;
  }
}
