package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.grokfast.io.GraphFileException;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphValidator;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.AnyInput;
import org.grokfast.tools.options.OnnxInput;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.options.WriteArguments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code strip}. */
@Command(
    name = "strip",
    description =
        "Takes out what 'rewrite' put in, the edges of --fix-adam-order included: the original"
            + " comes back message for message.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast strip filtered.pb -o model.pb",
      "  grokfast strip filtered.pb -o serving.pb --inference --outputs logits"
    })
public final class StripVerb implements Callable<Integer> {
  private static final int JSON_VERSION = 1;

  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Mixin private WriteArguments output;

  @Option(
      names = "--inference",
      description =
          "Also take out what only training needs: gradients, optimizer, savers, functions;"
              + " default: no.")
  private boolean inference;

  @Option(
      names = "--outputs",
      paramLabel = "NAME",
      split = ",",
      description =
          "With --inference, the nodes or tensors to keep, separated by commas; default: the"
              + " outputs of the signatures that do not train.")
  private List<String> outputs = List.of();

  @Parameters(
      paramLabel = "IN",
      description =
          "A GraphDef, MetaGraphDef, SavedModel folder, ONNX model or folder of ONNX Runtime's"
              + " training artifacts; - for standard input.")
  private String in;

  @Override
  public Integer call() {
    output.check();
    if (!inference && !outputs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--outputs belongs to --inference, which was not given");
    }
    AnyInput any = input.any(in);
    if (any.onnx().isPresent()) {
      strip(any.onnx().get());
      return ExitCode.DONE;
    }
    GraphFile file = any.graph().orElseThrow();
    List<String> notes = new ArrayList<>();
    GraphFile result = file;
    if (!inference || FilterStripper.isRewritten(file.parts())) {
      InsertedNodes inserted = InsertedNodes.of(file.parts());
      result = file.withParts(FilterStripper.apply(file.parts()));
      inserted.filters().forEach(filter -> notes.add("took out " + filter));
      if (!inserted.orders().isEmpty()) {
        notes.add("took out the order of " + String.join(", ", inserted.orders()));
      }
    }
    if (inference) {
      InferencePart.Result part = InferencePart.of(result, outputs);
      result = part.file();
      notes.addAll(part.notes());
    }
    new GraphValidator(input.limits()).validate(result);
    output.write(result);
    print(
        file.source(),
        new Counts(
            file.parts().nodes().size(),
            result.parts().nodes().size(),
            file.parts().library().getFunctionCount(),
            result.parts().library().getFunctionCount()),
        notes);
    return ExitCode.DONE;
  }

  private void strip(OnnxInput onnx) {
    if (inference) {
      throw new GraphFileException(
          onnx.source()
              + ": --inference is for TensorFlow graphs; export the eval model as ONNX instead.");
    }
    OnnxInspection before = onnx.inspect();
    OnnxInput stripped = onnx.strip();
    OnnxInspection after = stripped.inspect();
    output.write(stripped);
    print(
        onnx.source(),
        new Counts(
            before.summary().nodes(),
            after.summary().nodes(),
            before.summary().functions(),
            after.summary().functions()),
        before.filters().stream().map(filter -> "took out " + filter).toList());
  }

  /** How many nodes and functions there were and are. */
  private record Counts(int nodesBefore, int nodesAfter, int functionsBefore, int functionsAfter) {}

  private void print(String source, Counts counts, List<String> notes) {
    if (output.json()) {
      Map<String, Object> root = new LinkedHashMap<>();
      root.put("version", JSON_VERSION);
      root.put("source", source);
      root.put("output", output.dryRun() ? null : output.output());
      root.put("dryRun", output.dryRun());
      root.put("nodesBefore", counts.nodesBefore());
      root.put("nodesAfter", counts.nodesAfter());
      root.put("functionsBefore", counts.functionsBefore());
      root.put("functionsAfter", counts.functionsAfter());
      root.put("notes", notes);
      Json.print(spec.commandLine().getOut(), root);
      return;
    }
    TextPage page =
        output.dryRun()
            ? TextPage.onOutput(spec.commandLine())
            : TextPage.onError(spec.commandLine());
    page.heading(
        String.format(
            "%,d of %,d nodes %s",
            counts.nodesAfter(), counts.nodesBefore(), output.dryRun() ? "would stay" : "stay"));
    notes.forEach(note -> page.field(2, "note", note));
    if (!output.dryRun() && !output.toStandardOutput()) {
      page.field(2, "written", output.output());
    }
    page.flush();
  }
}
