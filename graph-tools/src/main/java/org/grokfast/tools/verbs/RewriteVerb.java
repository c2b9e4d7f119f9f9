package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphValidator;
import org.grokfast.tensorflow.file.SavedModelFile;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.AnyInput;
import org.grokfast.tools.options.ConfiguredArguments;
import org.grokfast.tools.options.FilterArguments;
import org.grokfast.tools.options.OnnxInput;
import org.grokfast.tools.options.PassArguments;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.options.RewriteConfig;
import org.grokfast.tools.options.WriteArguments;
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
                        "--filter none inserts nothing; give ema or ma, or use 'grokfast strip'"));
    AnyInput any = input.any(in);
    if (any.onnx().isPresent()) {
      rewrite(any.onnx().get(), inserted);
      return ExitCode.DONE;
    }
    GraphFile file = any.graph().orElseThrow();
    Outcome outcome = rewrite(file, inserted);
    GraphFile rewritten = file.withParts(outcome.graph());
    new GraphValidator(input.limits()).validate(rewritten);
    output.write(rewritten);
    print(file.source(), outcome.report());
    return ExitCode.DONE;
  }

  /**
   * What a rewrite gives.
   *
   * @param graph the rewritten graph
   * @param report what was done
   */
  record Outcome(GraphParts graph, RewriteReport report) {}

  private Outcome rewrite(GraphFile file, GradientFilter inserted) {
    if (!pass.updates().isEmpty()) {
      throw new GraphRewriteException(
          file.source()
              + ": --update pairs inputs and outputs of an ONNX model, and this is a "
              + file.form().label()
              + ". Leave it out.");
    }
    GraphParts graph = file.parts();
    InsertedNodes present = InsertedNodes.of(graph);
    if (!present.filters().isEmpty() && !pass.replace()) {
      throw new GraphRewriteException(
          file.source()
              + ": the graph already holds "
              + present.filters().get(0)
              + " ("
              + String.join(", ", present.passes())
              + "). Take it out with 'grokfast strip', or give --replace.");
    }
    boolean wasOrdered = pass.replace() && !present.orders().isEmpty();
    GraphRewriter filtering = new GraphRewriter(inserted).withGradients(pass.gradients());
    GraphRewriter.Result result =
        pass.replace() ? filtering.replace(graph) : filtering.apply(graph);
    List<String> notes = new ArrayList<>(result.report().notes());
    GraphParts rewritten = result.parts();
    if (pass.fixAdamOrder() || wasOrdered) {
      AdamOrderPass.Result ordered = AdamOrderPass.apply(rewritten);
      rewritten = ordered.parts();
      notes.add(
          ordered.updates().isEmpty()
              ? "every update of a power of beta is ordered already"
              : String.join(", ", ordered.updates()) + " now wait for the ops that read the power");
    }
    if (file instanceof SavedModelFile model && model.origin().folder().isPresent()) {
      notes.add(
          "the SavedModel's variables are carried over as they are, without the new state: the filter"
              + " starts afresh when the model is loaded, or run 'grokfast/init'");
    }
    RewriteReport report = result.report();
    return new Outcome(
        rewritten,
        new RewriteReport(report.plan(), report.stateVariables(), report.stateBytes(), notes));
  }

  private void rewrite(OnnxInput onnx, GradientFilter inserted) {
    if (pass.fixAdamOrder()) {
      throw new GraphRewriteException(
          onnx.source()
              + ": --fix-adam-order is about the order of TensorFlow's updates; in ONNX data alone"
              + " orders the nodes. Leave it out.");
    }
    if (onnx.isRewritten() && !pass.replace()) {
      throw new GraphRewriteException(
          onnx.source()
              + ": the model already holds "
              + String.join(", ", onnx.inspect().filters())
              + ". Take it out with 'grokfast strip', or give --replace.");
    }
    OnnxInput.Outcome outcome =
        onnx.rewrite(
            inserted, new OnnxInput.Names(pass.gradients(), pass.updates()), pass.replace());
    output.write(outcome.rewritten());
    print(onnx.source(), outcome.report());
  }

  private void print(String source, RewriteReport report) {
    if (output.json()) {
      Json.print(spec.commandLine().getOut(), RewriteJson.of(source, output, report));
      return;
    }
    TextPage page =
        output.dryRun()
            ? TextPage.onOutput(spec.commandLine())
            : TextPage.onError(spec.commandLine());
    RewriteText.print(page, output, report);
  }
}
