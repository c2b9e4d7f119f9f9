package org.grokfast.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.Muon;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.file.GraphValidator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Damaged training graphs of Python TensorFlow end in a sound rewritten graph or in the one family
 * of exceptions. {@code -Dgrokfast.fuzz.count=1000000 -Dgrokfast.fuzz.seed=7} runs more of them;
 * mutant i depends on the seed and on i alone, and {@code -Dgrokfast.fuzz.from=i} begins there.
 */
@Tag("fuzz")
class MutatedGraphTest {
  private static final int FROM = Integer.getInteger("grokfast.fuzz.from", 0);
  private static final int MUTANTS = Integer.getInteger("grokfast.fuzz.count", 4_000);
  private static final long SEED = Long.getLong("grokfast.fuzz.seed", 1);

  /** Larger fixtures hold more of the same. */
  private static final long LARGEST = 30_000;

  private static final GraphValidator VALIDATOR = new GraphValidator();

  private static List<GraphDef> originals() throws IOException {
    Path root = Path.of("src/test/resources/interop");
    List<GraphDef> originals = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        boolean graph =
            file.toString().endsWith(".pb")
                || file.toString().endsWith(".meta")
                || file.toString().endsWith(".pbtxt");
        if (graph && Files.size(file) <= LARGEST && !file.endsWith("fingerprint.pb")) {
          boolean folder = file.endsWith("saved_model.pb");
          originals.add(new GraphFileReader().read(folder ? file.getParent() : file).graph());
        }
      }
    }
    return originals;
  }

  private static final Set<String> VARIABLES = Set.of("VarHandleOp", "VariableV2", "Variable");
  private static final Pattern TRAINING_OP =
      Pattern.compile(
          "(Resource)?(Sparse)?Apply(Ada.*|AddSign|CenteredRMSProp|Ftrl.*|GradientDescent|Momentum"
              + "|KerasMomentum|PowerSign|Proximal.*|RMSProp)");

  @Test
  void aMutatedGraphIsRewrittenSoundlyOrRefused() throws IOException {
    List<GraphDef> originals = originals();
    assertThat(originals).hasSizeGreaterThan(100);
    int refused = 0;
    int rewritten = 0;
    for (int i = FROM; i < FROM + MUTANTS; i++) {
      Random random = new Random(SEED * 1_000_003 + i);
      GraphDef original = originals.get(random.nextInt(originals.size()));
      GraphDef mutant = new GraphMutations(random).mutate(original);
      try {
        check(mutant, pass(mutant, random));
        rewritten++;
        if (i % 4 == 0) {
          check(mutant, passes(i));
        }
      } catch (GraphRewriteException e) {
        assertThat(e.getMessage()).as("mutant %d of seed %d", i, SEED).isNotBlank();
        assertThat(e.getMessage().length()).as("mutant %d of seed %d", i, SEED).isLessThan(5_000);
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("mutant " + i + " of seed " + SEED, e);
      }
    }
    assertThat(refused).isPositive();
    assertThat(rewritten).isPositive();
  }

  private static GraphRewriter pass(GraphDef graph, Random random) {
    SparseGradients sparse = random.nextBoolean() ? SparseGradients.DENSIFY : SparseGradients.LAZY;
    FilterOptions options = FilterOptions.builder().sparse(sparse).build();
    GradientFilter filter =
        random.nextBoolean()
            ? Ema.defaults().withOptions(options)
            : MovingAverage.defaults().withOptions(options);
    GraphRewriter pass = new GraphRewriter(filter);
    if (graph.getNodeCount() == 0 || random.nextInt(8) > 0) {
      return pass;
    }
    NodeDef variable = graph.getNode(random.nextInt(graph.getNodeCount()));
    NodeDef gradient = graph.getNode(random.nextInt(graph.getNodeCount()));
    return pass.withGradients(Map.of(variable.getName(), gradient.getName() + ":0"));
  }

  /** Passes, chosen by themselves: what seeds meant before stays as it was. */
  private static GraphRewriter passes(int mutant) {
    FilterOptions options =
        switch (mutant / 4 % 4) {
          case 0 -> FilterOptions.builder().passes(Lookahead.of(3, 0.5)).build();
          case 1 -> FilterOptions.builder().passes(DecoupledWeightDecay.of(0.1)).build();
          case 2 ->
              FilterOptions.builder()
                  .passes(Muon.of(0.02, ".").withDecay(0.1), Lookahead.of(1, 0.5))
                  .build();
          default ->
              FilterOptions.builder()
                  .passes(DecoupledWeightDecay.of(0.1), Lookahead.of(1, 0.5))
                  .build();
        };
    return new GraphRewriter(
        mutant % 8 == 0 ? new Unfiltered(options) : Ema.defaults().withOptions(options));
  }

  private static void check(GraphDef mutant, GraphRewriter pass) {
    boolean valid = isValid(mutant);
    // Programs may hand over a graph that nothing has checked.
    GraphRewriter.Result result = pass.apply(mutant);
    requireFates(mutant, result.report().plan().coverage());
    GraphDef rewritten = result.graph();
    AdamOrderPass.apply(mutant);
    if (!valid) {
      return;
    }
    try {
      VALIDATOR.validate(rewritten, "the rewritten graph");
    } catch (GraphRewriteException e) {
      throw new IllegalStateException("the pass made a graph that is not sound", e);
    }
    // A mutation can also forge the mark of inserted nodes.
    if (!FilterStripper.isRewritten(mutant) && !FilterStripper.apply(rewritten).equals(mutant)) {
      throw new IllegalStateException("strip gave another graph: " + difference(mutant, rewritten));
    }
  }

  /**
   * Whatever is accepted leaves no trained variable unmentioned: each variable that a training op
   * of the main graph takes directly has a fate. Reads nothing that the analysis makes.
   */
  private static void requireFates(GraphDef graph, Coverage coverage) {
    Set<String> variables =
        graph.getNodeList().stream()
            .filter(node -> VARIABLES.contains(node.getOp()))
            .map(NodeDef::getName)
            .collect(Collectors.toSet());
    Set<String> mentioned =
        coverage.fates().stream()
            .filter(fate -> fate.fate().isTrained() || fate.fate().isOpen())
            .map(VariableFate::variable)
            .collect(Collectors.toSet());
    for (NodeDef node : graph.getNodeList()) {
      if (TRAINING_OP.matcher(node.getOp()).matches()
          && node.getInputCount() > 0
          && variables.contains(node.getInput(0))
          && !mentioned.contains(node.getInput(0))) {
        throw new IllegalStateException(
            "'" + node.getInput(0) + "', which '" + node.getName() + "' trains, has no fate");
      }
    }
    if (coverage.count(Fate.UNFILTERED) > 0) {
      throw new IllegalStateException("accepted, although a trained variable is unfiltered");
    }
  }

  private static String difference(GraphDef mutant, GraphDef rewritten) {
    GraphDef stripped = FilterStripper.apply(rewritten);
    for (int i = 0; i < mutant.getNodeCount(); i++) {
      if (i >= stripped.getNodeCount() || !mutant.getNode(i).equals(stripped.getNode(i))) {
        return "node '" + mutant.getNode(i).getName() + "' " + mutant.getNode(i);
      }
    }
    for (int i = 0; i < mutant.getLibrary().getFunctionCount(); i++) {
      FunctionDef function = mutant.getLibrary().getFunction(i);
      FunctionDef other = stripped.getLibrary().getFunction(i);
      if (!function.equals(other)) {
        return "function '" + function.getSignature().getName() + "' " + function + other;
      }
    }
    return "beyond the nodes of the main graph and the functions";
  }

  private static boolean isValid(GraphDef graph) {
    try {
      VALIDATOR.validate(graph, "mutant");
      return true;
    } catch (GraphRewriteException e) {
      return false;
    }
  }
}
