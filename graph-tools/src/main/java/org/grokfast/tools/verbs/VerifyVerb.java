package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.ChildArguments;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.ChildShell;
import org.grokfast.tools.verify.Verifier;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifySettings;
import org.grokfast.tools.verify.onnx.OnnxVerifier;
import org.grokfast.tools.verify.tensorflow.TensorFlowVerifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code verify}. */
@Command(
    name = "verify",
    description =
        "Runs a training graph and its rewritten form in a child process and compares them: the"
            + " filtered gradients with plain Java arithmetic on the same raw gradients, and, with"
            + " lamb set to 0, the weights with those of the original. Exits with 1 where they"
            + " differ.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "An ONNX step starts from random parameters and zero optimizer state; a single number, such as"
          + " a learning rate, is fed 0.01 unless --feeds says otherwise.",
      "",
      "Differences are relative to the largest element of the tensor. Gradients of float16 and"
          + " bfloat16 may differ by a unit in the last place: 2^-10 and 2^-7;"
          + " those of float32 behind the filter orthogonal, which amplifies roundings, by 1e-4.",
      "",
      "A TensorFlow graph that does something outside of itself when it runs, as 'grokfast inspect'"
          + " lists it under Hazards, is run with --trust only, and otherwise refused with exit code"
          + " 1. The child process works in a folder of its own, which is removed.",
      "",
      "Examples:",
      "  grokfast verify model.pb filtered.pb",
      "  grokfast verify model.pb filtered.pb --feeds batch.npz --steps 200 --json",
      "  grokfast verify step.onnx filtered.onnx"
    })
public final class VerifyVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Mixin private ChildArguments child;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "50",
      description = "The number of training steps; default ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      defaultValue = "1e-5",
      description = "The largest relative difference that passes; default ${DEFAULT-VALUE}.")
  private double tolerance;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The seed of random inputs and random ops; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "4",
      description = "The size of dimensions that the graph leaves open; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--int-range",
      paramLabel = "N",
      defaultValue = "2",
      description = "Random integers are below this, and >= 0; default ${DEFAULT-VALUE}.")
  private int intRange;

  @Option(
      names = "--feeds",
      paramLabel = "FILE.npz",
      description =
          "Inputs, one array per placeholder; one with a further leading dimension holds one value"
              + " per step. Placeholders without an array are random; default: all.")
  private Path feeds;

  @Option(
      names = "--train-op",
      paramLabel = "NODE",
      description = "The node to run in every step; default: what runs all updates.")
  private String trainOp;

  @Option(
      names = "--init-op",
      paramLabel = "NODE",
      description =
          "The nodes that initialise the original, separated by commas; default: the one that is"
              + " found.")
  private String initOp;

  @Option(
      names = "--no-proof",
      description =
          "Don't prove that each filter stands on a gradient, by moving the variable and computing"
              + " the loss anew; default: prove it.")
  private boolean noProof;

  @Option(
      names = "--loss",
      paramLabel = "TENSOR",
      description =
          "The scalar that the gradients come from, for the proof; default: the one that is found.")
  private String loss;

  @Option(
      names = "--ort-training",
      paramLabel = "FOLDER",
      description =
          "Where the jars of an ONNX Runtime with training kernels lie, which ONNX Runtime's"
              + " artifacts and optimizer nodes need; default: none, and a message that says what to"
              + " fetch.")
  private Path trainingRuntime;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Parameters(
      index = "0",
      paramLabel = "ORIGINAL",
      description =
          "A GraphDef, MetaGraphDef, SavedModel folder, ONNX model or folder of ONNX Runtime's"
              + " artifacts; - for standard input.")
  private String original;

  @Parameters(
      index = "1",
      paramLabel = "REWRITTEN",
      description = "The same graph with a filter; - for standard input.")
  private String rewritten;

  @Override
  public Integer call() throws IOException {
    check();
    ModelFile before = input.read(original);
    ModelFile after = input.read(rewritten);
    VerifySettings settings =
        new VerifySettings(
            steps,
            tolerance,
            new VerifySettings.RandomInputs(seed, batch, intRange),
            Optional.ofNullable(feeds),
            Optional.ofNullable(trainOp),
            Optional.ofNullable(initOp),
            new VerifySettings.Proof(!noProof, Optional.ofNullable(loss)));
    Verifier verifier = verifier(before);
    verifier
        .misuse(settings)
        .ifPresent(
            fault -> {
              throw new ParameterException(spec.commandLine(), fault);
            });
    if (!child.trusted()) {
      verifier.requireHarmless(before);
      verifier.requireHarmless(after);
    }
    ChildShell.ofSystem().notice().ifPresent(spec.commandLine().getErr()::println);
    VerifyOutcome outcome = verifier.compare(before, after, settings);
    VerifyReport report = new VerifyReport(original, rewritten, steps, outcome);
    if (json) {
      Json.print(spec.commandLine().getOut(), report.toMap());
    } else {
      report.print(TextPage.onOutput(spec.commandLine()));
    }
    return outcome.passed() ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** What runs the graphs of each format: a line for each. */
  private List<Verifier> verifiers() {
    ChildLimits limits = child.limits();
    return List.of(
        new TensorFlowVerifier(limits),
        new OnnxVerifier(limits, Optional.ofNullable(trainingRuntime)));
  }

  private Verifier verifier(ModelFile file) {
    return verifiers().stream()
        .filter(each -> each.runs(file))
        .findFirst()
        .orElseThrow(
            () ->
                new GraphFileException(
                    file.source() + ": " + file.described() + " can't be run to be compared."));
  }

  private void check() {
    require("--steps", steps, 1);
    require("--batch", batch, 1);
    require("--int-range", intRange, 1);
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new ParameterException(
          spec.commandLine(), "--tolerance must be finite and >= 0, was " + tolerance);
    }
    if (original.equals(ReadArguments.STANDARD_STREAM) && rewritten.equals(original)) {
      throw new ParameterException(
          spec.commandLine(), "only one of the graphs can come from standard input");
    }
  }

  private void require(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), option + " must be >= " + least + ", was " + value);
    }
  }
}
