package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.grokfast.filter.GradientFilter;
import org.grokfast.io.ModelFile;
import org.grokfast.proof.SiteProof;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.ConfiguredArguments;
import org.grokfast.tools.options.FilterArguments;
import org.grokfast.tools.options.PassArguments;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.options.RewriteConfig;
import org.grokfast.tools.options.WriteArguments;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.ChildShell;
import org.grokfast.tools.verify.Verifier;
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

/** The verb {@code rewrite}. */
@Command(
    name = "rewrite",
    description =
        "Puts a filter between the gradients and the optimizer of a training graph. The report"
            + " goes to standard error, with --json or --dry-run to standard output.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast rewrite model.pb -o filtered.pb --alpha 0.98 --lamb 2",
      "  grokfast rewrite model.pb --filter ma --window 100 --dry-run",
      "  grokfast rewrite model.pb -o filtered.pb --override 'embed:lamb=0'",
      "  grokfast rewrite - -o - --config filter.yaml <model.pb >filtered.pb",
      "",
      "A configuration file holds the same options without the dashes:",
      "  filter: ema",
      "  alpha: 0.98",
      "  exclude: [bias, norm]",
      "  fix-adam-order: true"
    })
public final class RewriteVerb implements Callable<Integer> {
  private static final double TOLERANCE = 1e-5;

  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Mixin private WriteArguments output;

  @Mixin private FilterArguments filter;

  @Mixin private PassArguments pass;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Options from a YAML or JSON file; those on the command line win; default: none.")
  private Path config;

  @Option(
      names = "--prove",
      description =
          "Before anything is written, prove in a child process that each filter stands on a"
              + " gradient, as verify does, and refuse where one doesn't; default: don't.")
  private boolean prove;

  @Option(
      names = "--trust",
      description =
          "For --prove, run the graph also where 'grokfast inspect' finds that it does something"
              + " outside of itself, such as writing files; default: refuse it.")
  private boolean trusted;

  @Option(
      names = "--loss",
      paramLabel = "TENSOR",
      description = "For --prove, the scalar that the gradients come from; default: it is found.")
  private String loss;

  @Option(
      names = "--ort-training",
      paramLabel = "FOLDER",
      description =
          "For --prove, where the jars of an ONNX Runtime with training kernels lie, which ONNX"
              + " Runtime's artifacts and optimizer nodes need; default: none.")
  private Path trainingRuntime;

  @Parameters(
      paramLabel = "IN",
      description =
          "A GraphDef, MetaGraphDef, SavedModel folder, ONNX model or folder of ONNX Runtime's"
              + " training artifacts; - for standard input.")
  private String in;

  @Override
  public Integer call() throws IOException {
    output.check();
    if (config != null) {
      ConfiguredArguments configured = RewriteConfig.read(config).under(spec);
      filter = configured.filter();
      pass = configured.pass();
    }
    GradientFilter inserted =
        filter
            .filter()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "--filter none inserts nothing; give "
                            + FilterArguments.inserting()
                            + ", or use 'grokfast strip'; or measure with --probe, or change"
                            + " weights with "
                            + FilterArguments.passing()));
    ModelFile file = input.read(in);
    ModelFile.Rewritten result =
        file.rewrite(
            inserted,
            new ModelFile.RewriteSettings(
                pass.gradients(),
                pass.updates(),
                pass.replace(),
                pass.fixAdamOrder(),
                pass.unfiltered()));
    if (prove) {
      prove(file, result.file());
    }
    output.write(result.file());
    print(file.source(), result.report());
    return ExitCode.DONE;
  }

  private void prove(ModelFile original, ModelFile rewritten) throws IOException {
    Verifier verifier =
        Stream.<Verifier>of(
                new TensorFlowVerifier(ChildLimits.DEFAULT),
                new OnnxVerifier(ChildLimits.DEFAULT, Optional.ofNullable(trainingRuntime)))
            .filter(each -> each.runs(original))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "--prove runs no graphs of this format"));
    if (!trusted) {
      verifier.requireHarmless(original);
    }
    VerifySettings settings =
        new VerifySettings(
            1,
            TOLERANCE,
            new VerifySettings.RandomInputs(0, 4, 2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new VerifySettings.Proof(true, Optional.ofNullable(loss)));
    ChildShell.ofSystem().notice().ifPresent(spec.commandLine().getErr()::println);
    List<SiteProof> proofs = verifier.compare(original, rewritten, settings).proofs();
    TextPage page = TextPage.onError(spec.commandLine());
    proofs.forEach(proof -> page.text(0, "'" + proof.variable() + "': " + proof.text()));
    page.flush();
    if (proofs.stream().anyMatch(proof -> proof.verdict() == SiteProof.Verdict.OTHER)) {
      throw new GraphRewriteException(
          original.source()
              + ": a filter would stand on what is not the gradient; name the gradient with"
              + " --gradient, or leave the variable out with --exclude");
    }
  }

  private void print(String source, RewriteReport report) {
    if (output.json()) {
      Json.print(spec.commandLine().getOut(), RewriteOutput.json(source, output, report));
      return;
    }
    TextPage page =
        output.dryRun()
            ? TextPage.onOutput(spec.commandLine())
            : TextPage.onError(spec.commandLine());
    RewriteOutput.print(page, output, report);
  }
}
