package org.grokfast.tensorflow.edit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grokfast.graph.Reachability;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.Constants;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * The truths without which a step makes nothing of a gradient, though no branch stands around the
 * update: what is written is chosen, or multiplied with a mask.
 *
 * <pre>
 *   w ← where(finite, w − rate · g, w)
 *   w ← w − where(finite, rate · g, 0)
 *   w ← w − rate · float(due) · g
 *   w ← cond(due, w − rate · g, w)
 * </pre>
 */
public final class UpdateConditions {
  private static final Set<String> CHOOSING = Set.of("Select", "SelectV2");
  private static final Set<String> PRODUCTS = Set.of("Mul", "MulNoNan");
  private static final Set<String> QUOTIENTS = Set.of("RealDiv", "Div", "DivNoNan");
  private static final Set<String> BRANCHES = Set.of("If", "StatelessIf");
  private static final Set<String> FORMS =
      Set.of("Identity", "Cast", "Neg", "Reshape", "ExpandDims", "Squeeze", "BroadcastTo");

  /** So long a chain of ops makes a mask: what a product is made of is looked at on both sides. */
  private static final int MOST_OPS = 10;

  private final Program program;
  private final GraphIndex graph;
  private final BitSet returned = new BitSet();

  /** What may be computed from a filtered gradient. */
  private final BitSet after;

  /**
   * A truth.
   *
   * @param tensor where it is, spelled as its graph spells it; of any shape
   * @param holds what it has to be, somewhere at least, for the gradient to be used
   */
  public record Condition(String tensor, boolean holds) {}

  /**
   * What is known of an update.
   *
   * @param needed what must hold
   * @param unusable tests for numbers that are not finite which go by what is filtered, so that the
   *     filter can't wait for them
   */
  public record Found(List<Condition> needed, List<String> unusable) {}

  /**
   * The conditions of one place.
   *
   * @param function the function; empty for the main graph
   * @param sites its sites
   */
  public UpdateConditions(Program program, String function, Collection<UpdateSite> sites) {
    this.program = program;
    this.graph = program.graph(function);
    BitSet starts = new BitSet();
    sites.stream().flatMap(this::takers).forEach(starts::set);
    this.after = Reachability.from(starts, graph::consumers, id -> true);
    if (!function.isEmpty()) {
      program
          .functions()
          .get(function)
          .function()
          .declaration()
          .getRetMap()
          .values()
          .forEach(tensor -> returned.set(graph.id(TensorName.nodeOf(tensor))));
    }
  }

  /** What takes a site's gradient; in a live graph the update itself may be yet to come. */
  private Stream<Integer> takers(UpdateSite site) {
    return site.edges().stream().map(GradientEdge::node).filter(graph::has).map(graph::id);
  }

  /** The conditions of one site of this place. */
  public Found of(UpdateSite site) {
    Search search = new Search(site);
    List<Condition> needed = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    for (Condition condition : search.candidates()) {
      if (!search.isNeeded(condition)) {
        continue;
      }
      int node = graph.id(TensorName.nodeOf(condition.tensor()));
      if (!after.get(node)) {
        needed.add(condition);
      } else if (testsFinite(node)) {
        unusable.add(graph.name(node));
      }
    }
    return new Found(List.copyOf(needed), List.copyOf(unusable));
  }

  private boolean testsFinite(int node) {
    return graph.ancestors(node).stream()
        .anyMatch(id -> after.get(id) && OpTable.isFiniteTest(graph.op(id)));
  }

  /** One site. */
  private final class Search {
    private final UpdateSite site;

    /** What the filtered gradient flows into. */
    private final BitSet carriers;

    Search(UpdateSite site) {
      this.site = site;
      this.carriers = Reachability.from(starts(new HashSet<>()), this::takers, id -> true);
    }

    private BitSet starts(Set<Integer> cut) {
      BitSet starts = new BitSet();
      UpdateConditions.this.takers(site).filter(id -> !cut.contains(id)).forEach(starts::set);
      return starts;
    }

    private IntStream takers(int id) {
      return graph.consumers(id).filter(taker -> takes(taker, id));
    }

    private boolean takes(int taker, int id) {
      for (int input = 0; input < graph.inputCount(taker); input++) {
        if (graph.producer(taker, input) == id
            && !TensorName.parse(graph.input(taker, input)).isControl()) {
          return true;
        }
      }
      return false;
    }

    Set<Condition> candidates() {
      Set<Condition> found = new LinkedHashSet<>();
      carriers.stream().forEach(id -> found.addAll(masks(id)));
      return found;
    }

    /** Whether nothing is done with the gradient where a condition doesn't hold. */
    boolean isNeeded(Condition condition) {
      Set<Integer> cut = new HashSet<>();
      carriers.stream().filter(id -> masks(id).contains(condition)).forEach(cut::add);
      BitSet left = Reachability.from(starts(cut), this::takers, id -> !cut.contains(id));
      return left.stream().noneMatch(id -> !cut.contains(id) && isUse(id))
          && carriers.stream().anyMatch(UpdateConditions.this::isUse);
    }

    private boolean carries(int id, int input) {
      return carriers.get(graph.producer(id, input))
          || site.edges().contains(new GradientEdge(graph.name(id), input));
    }

    /** The conditions without which a node makes nothing of what it takes. */
    private Set<Condition> masks(int id) {
      String op = graph.op(id);
      if (CHOOSING.contains(op)) {
        return chosen(id);
      }
      if (BRANCHES.contains(op)) {
        return branch(id);
      }
      if (PRODUCTS.contains(op) && carries(id, 0) != carries(id, 1)) {
        return zeroUnless(id, carries(id, 0) ? 1 : 0, MOST_OPS);
      }
      return OpTable.withoutResource(op).equals("ApplyGradientDescent") && !carries(id, 1)
          ? zeroUnless(id, 1, MOST_OPS)
          : Set.of();
    }

    private Set<Condition> chosen(int id) {
      return carries(id, 1) == carries(id, 2)
          ? Set.of()
          : conditions(graph.input(id, 0), carries(id, 1));
    }

    /** What one branch alone takes. */
    private Set<Condition> branch(int id) {
      boolean then = false;
      boolean otherwise = false;
      for (int input = 1; input < graph.inputCount(id); input++) {
        if (!TensorName.parse(graph.input(id, input)).isControl() && carries(id, input)) {
          then |= isTaken(id, "then_branch", input - 1);
          otherwise |= isTaken(id, "else_branch", input - 1);
        }
      }
      return then == otherwise || !isTruth(id) ? Set.of() : conditions(graph.input(id, 0), then);
    }

    private boolean isTaken(int id, String branch, int argument) {
      String name =
          graph
              .node(id)
              .getAttrOrDefault(branch, AttrValue.getDefaultInstance())
              .getFunc()
              .getName();
      if (!program.functions().containsKey(name)) {
        return true;
      }
      var function = program.functions().get(name).function();
      GraphIndex body = program.graph(name);
      int node = body.id(function.signature().getInputArg(argument).getName());
      return body.consumers(node).findAny().isPresent()
          || function.declaration().getRetMap().values().stream()
              .anyMatch(tensor -> body.id(TensorName.nodeOf(tensor)) == node);
    }
  }

  /** Whether the condition of a branch is a truth, and no number that is compared with zero. */
  private boolean isTruth(int branch) {
    return type(branch, "Tcond") == DataType.DT_BOOL;
  }

  private DataType type(int node, String attribute) {
    return graph.node(node).getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getType();
  }

  /** The truth that a tensor is, without the ops that only turn it about. */
  private Set<Condition> conditions(String tensor, boolean holds) {
    Condition found = new Condition(tensor, holds);
    int at = graph.id(TensorName.nodeOf(tensor));
    for (int steps = 0; steps < MOST_OPS; steps++) {
      boolean turned = graph.op(at).equals("LogicalNot");
      if (!turned && !graph.op(at).equals("Identity")) {
        break;
      }
      found = new Condition(graph.input(at, 0), turned ? !found.holds() : found.holds());
      at = graph.producer(at, 0);
    }
    // What never changes throws no step away.
    return graph.op(at).equals("Const") ? Set.of() : Set.of(found);
  }

  /** The conditions without which an input of a node is zero. */
  private Set<Condition> zeroUnless(int node, int input, int most) {
    int id = graph.producer(node, input);
    String op = graph.op(id);
    if (most == 0) {
      return Set.of();
    }
    if (op.equals("Cast") && type(id, "SrcT") == DataType.DT_BOOL) {
      return conditions(graph.input(id, 0), true);
    }
    if (FORMS.contains(op) || QUOTIENTS.contains(op)) {
      return zeroUnless(id, 0, most - 1);
    }
    if (PRODUCTS.contains(op)) {
      Set<Condition> both = new LinkedHashSet<>(zeroUnless(id, 0, most - 1));
      both.addAll(zeroUnless(id, 1, most - 1));
      return both;
    }
    if (CHOOSING.contains(op) && isConstant(id, 1, 0) != isConstant(id, 2, 0)) {
      return conditions(graph.input(id, 0), isConstant(id, 2, 0));
    }
    if (op.equals("Sub") && isConstant(id, 0, 1)) {
      int taken = graph.producer(id, 1);
      if (graph.op(taken).equals("Cast") && type(taken, "SrcT") == DataType.DT_BOOL) {
        return conditions(graph.input(taken, 0), false);
      }
    }
    return Set.of();
  }

  private boolean isConstant(int node, int input, double value) {
    return Constants.value(graph, graph.producer(node, input)).orElse(value + 1) == value;
  }

  /** Whether a node keeps what it takes, or hands it to what may. */
  private boolean isUse(int id) {
    String op = graph.op(id);
    return OpTable.isWrite(op)
        || OpTable.isTraining(op)
        || returned.get(id)
        || program.functions().containsKey(op)
        || graph.node(id).getAttrMap().values().stream()
            .anyMatch(value -> value.hasFunc() || value.getList().getFuncCount() > 0);
  }
}
