package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.grokfast.io.ModelFile;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
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
    ModelFile file = input.read(in);
    List<String> notes = new ArrayList<>();
    ModelFile result = file;
    if (!inference || file.isRewritten()) {
      ModelFile.Stripped stripped = file.strip();
      result = stripped.file();
      notes.addAll(stripped.notes());
    }
    if (inference) {
      ModelFile.Stripped part = result.inferencePart(outputs);
      result = part.file();
      notes.addAll(part.notes());
    }
    output.write(result);
    print(file.source(), file.size(), result.size(), notes);
    return ExitCode.DONE;
  }

  private void print(
      String source, ModelFile.Size before, ModelFile.Size after, List<String> notes) {
    if (output.json()) {
      Map<String, Object> root = new LinkedHashMap<>();
      root.put("version", JSON_VERSION);
      root.put("source", source);
      root.put("output", output.dryRun() ? null : output.output());
      root.put("dryRun", output.dryRun());
      root.put("nodesBefore", before.nodes());
      root.put("nodesAfter", after.nodes());
      root.put("functionsBefore", before.functions());
      root.put("functionsAfter", after.functions());
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
            Locale.ROOT,
            "%,d of %,d nodes %s",
            after.nodes(),
            before.nodes(),
            output.dryRun() ? "would stay" : "stay"));
    notes.forEach(note -> page.field(2, "note", note));
    if (!output.dryRun() && !output.toStandardOutput()) {
      page.field(2, "written", output.output());
    }
    page.flush();
  }
}
