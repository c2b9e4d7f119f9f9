package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.Unfiltered;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.inspect.OnnxDiff;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damaged models and artifacts of all forms, originals and rewritten ones, end in a valid rewritten
 * model or in the one family of exceptions. {@code -Dgrokfast.fuzz.count=1000000
 * -Dgrokfast.fuzz.seed=7} runs more of them.
 */
@Tag("fuzz")
@Tag("native")
class MutatedModelTest {
  private static final int MUTANTS = Integer.getInteger("grokfast.fuzz.count", 3_000);
  private static final List<GradientFilter> FILTERS =
      List.of(
          Ema.defaults(),
          MovingAverage.defaults(),
          Orthogonal.defaults(),
          Unfiltered.with(Lookahead.of(5, 0.5)),
          Unfiltered.with(DecoupledWeightDecay.of(0.1)));
  private static final long SEED = Long.getLong("grokfast.fuzz.seed", 1);

  /**
   * The three files of artifacts that are read.
   *
   * @param training the training model
   * @param eval the eval model
   * @param checkpoint the checkpoint
   */
  private record Folder(ByteString training, ByteString eval, ByteString checkpoint) {
    static Folder of(OrtArtifacts artifacts) {
      return new Folder(
          artifacts.training().model().toByteString(),
          artifacts.eval().orElseThrow().model().toByteString(),
          ByteString.copyFrom(artifacts.checkpoint().toBytes()));
    }

    Folder mutated(Random random) {
      return switch (random.nextInt(3)) {
        case 0 -> new Folder(mutant(training, random), eval, checkpoint);
        case 1 -> new Folder(training, mutant(eval, random), checkpoint);
        default -> {
          byte[] bytes = Mutations.flipped(checkpoint.toByteArray(), random);
          yield new Folder(training, eval, ByteString.copyFrom(bytes));
        }
      };
    }

    private static ByteString mutant(ByteString model, Random random) {
      return ByteString.copyFrom(MutatedModelTest.mutant(model.toByteArray(), random));
    }
  }

  @Test
  void aMutatedModelIsRewrittenSoundlyOrRefused() {
    List<byte[]> models = models();
    List<Folder> folders = folders();
    Random random = new Random(SEED);
    int refused = 0;
    int rewritten = 0;
    for (int i = 0; i < MUTANTS; i++) {
      GradientFilter filter = FILTERS.get(random.nextInt(FILTERS.size()));
      try {
        if (random.nextInt(4) == 0) {
          check(folders.get(random.nextInt(folders.size())).mutated(random), filter);
        } else {
          check(mutant(models.get(random.nextInt(models.size())), random), filter);
        }
        rewritten++;
      } catch (GraphRewriteException e) {
        assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(3_000);
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("mutant " + i + " of seed " + SEED, e);
      }
    }
    System.out.println(MUTANTS + " mutants: " + rewritten + " rewritten, " + refused + " refused");
    assertThat(refused).isPositive();
    assertThat(rewritten).isPositive();
  }

  private static List<byte[]> models() {
    List<StepModel> steps =
        new ArrayList<>(StepModel.names().stream().map(StepModel::stored).toList());
    try (Stream<Path> files =
        Files.list(Path.of(MutatedModelTest.class.getResource("/onnx/optimizers").toURI()))) {
      files.sorted().map(StepModel::at).forEach(steps::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    List<byte[]> models = new ArrayList<>();
    for (StepModel step : steps) {
      models.add(step.model().toByteArray());
      if (step.name().matches("momentum_decay|opset11|microsoft_.*|training_info_.*")) {
        models.add(step.rewrite(Ema.of(0.9, 2)).model().toByteArray());
        models.add(step.rewrite(MovingAverage.of(7, 3)).model().toByteArray());
        models.add(step.rewrite(Unfiltered.with(Lookahead.of(5, 0.5))).model().toByteArray());
      }
    }
    return models;
  }

  private static List<Folder> folders() {
    OrtArtifacts original = ArtifactRun.stored("adamw");
    return List.of(
        Folder.of(original),
        Folder.of(ArtifactRun.stored("sgd")),
        Folder.of(new ArtifactsRewriter(Ema.of(0.9, 2)).apply(original).artifacts()),
        Folder.of(new ArtifactsRewriter(MovingAverage.of(7, 3)).apply(original).artifacts()));
  }

  private static byte[] mutant(byte[] original, Random random) {
    return random.nextBoolean()
        ? Mutations.flipped(original, random)
        : Mutations.rewired(original, random);
  }

  private static void check(byte[] mutant, GradientFilter filter) {
    OnnxFile file = read(mutant);
    OnnxInspection.of(file.model());
    CarriedValue.of(file.model());
    ModelProto original =
        OnnxStripper.isRewritten(file.model()) ? OnnxStripper.apply(file.model()) : file.model();
    OnnxValidator.validate(file.withModel(original));
    OnnxRewriter.Result result = new OnnxRewriter(filter).apply(original);
    ModelProto rewritten = result.model();
    requireMentioned(original, result.report().plan());
    requireSound(file.withModel(rewritten));
    requireSame("model", OnnxStripper.apply(rewritten), original);
    assertThat(OnnxDiff.between(original, rewritten).isEmpty()).isFalse();
  }

  /** What the data change is accounted for, and nothing that is trained is left out. */
  private static void requireMentioned(ModelProto model, RewritePlan plan) {
    Set<String> mentioned =
        plan.coverage().fates().stream().map(VariableFate::variable).collect(Collectors.toSet());
    for (CarriedValue value : CarriedValue.of(model)) {
      if (changed(model.getGraph()).contains(value.output())
          && !mentioned.contains(value.input())) {
        throw new IllegalStateException("not a word of '" + value.input() + "'");
      }
    }
    if (plan.coverage().count(Fate.UNFILTERED) > 0) {
      throw new IllegalStateException("trained and unfiltered, and yet accepted");
    }
  }

  /** The tensors that depend on fed arrays that are not carried; conditions aside. */
  private static Set<String> changed(GraphProto graph) {
    Set<String> still = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> still.add(tensor.getName()));
    CarriedValue.of(ModelProto.newBuilder().setGraph(graph).build())
        .forEach(value -> still.add(value.input()));
    Set<String> changed = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      var dims = input.getType().getTensorType().getShape().getDimList();
      if (!still.contains(input.getName()) && dims.stream().anyMatch(d -> d.getDimValue() > 1)) {
        changed.add(input.getName());
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      boolean chooses = Set.of("Where", "If").contains(node.getOpType());
      if (node.getInputList().stream().skip(chooses ? 1 : 0).anyMatch(changed::contains)) {
        changed.addAll(node.getOutputList());
      }
    }
    changed.remove("");
    return changed;
  }

  private static void check(Folder mutant, GradientFilter filter) {
    OrtArtifacts read =
        new OrtArtifacts(
            Path.of("mutant"),
            read(mutant.training().toByteArray()),
            Optional.of(read(mutant.eval().toByteArray())),
            Checkpoint.read(mutant.checkpoint().toByteArray(), "mutant"));
    OnnxInspection.of(read);
    OrtArtifacts original =
        ArtifactsRewriter.isRewritten(read) ? ArtifactsRewriter.strip(read) : read;
    OnnxValidator.validate(original.training());
    OnnxValidator.validate(original.eval().orElseThrow());
    ArtifactsRewriter.Result result = new ArtifactsRewriter(filter).apply(original);
    OrtArtifacts rewritten = result.artifacts();
    List<String> mentioned =
        result.report().plan().coverage().fates().stream().map(VariableFate::variable).toList();
    original.checkpoint().trained().forEach(e -> assertThat(mentioned).contains(e.name()));
    requireSound(rewritten.training());
    requireSound(rewritten.eval().orElseThrow());
    Checkpoint.read(rewritten.checkpoint().toBytes(), "rewritten");
    OrtArtifacts stripped = ArtifactsRewriter.strip(rewritten);
    requireSame("training model", stripped.training().model(), original.training().model());
    requireSame(
        "eval model", stripped.eval().orElseThrow().model(), original.eval().orElseThrow().model());
    requireSame(
        "checkpoint",
        ByteString.copyFrom(stripped.checkpoint().toBytes()),
        ByteString.copyFrom(original.checkpoint().toBytes()));
  }

  private static void requireSame(String what, Object stripped, Object original) {
    if (!stripped.equals(original)) {
      throw new IllegalStateException("strip gave another " + what);
    }
  }

  private static OnnxFile read(byte[] bytes) {
    OnnxFile file = new OnnxReader().read(bytes, "mutant");
    OnnxValidator.validate(file);
    return new OnnxFile(file.source(), file.model(), Optional.empty());
  }

  private static void requireSound(OnnxFile file) {
    try {
      OnnxValidator.validate(file);
    } catch (GraphRewriteException e) {
      throw new IllegalStateException("the pass made a model that is not sound", e);
    }
  }
}
