package org.grokfast.tools.verbs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.grokfast.io.ModelFile;
import org.grokfast.rewrite.Inspection;
import org.grokfast.text.ShellWord;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.page.InspectPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code inspect}. */
@Command(
    name = "inspect",
    description =
        "Tells what is in a training graph: variables, optimizer, the places where gradients reach"
            + " it, hazards, and the command that rewrites it. Nothing is executed or changed.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast inspect model.pb",
      "  grokfast inspect model.pb --html model.html",
      "  grokfast inspect --json saved_model/ | jq .sites"
    })
public final class InspectVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Also write a page for a browser that needs nothing else, with a"
              + " picture of each site; default: no.")
  private Path html;

  @Option(names = "--force", description = "Replace the page if it exists; default: no.")
  private boolean force;

  @Parameters(
      paramLabel = "IN",
      description =
          "A GraphDef, MetaGraphDef, SavedModel folder, ONNX model or folder of ONNX Runtime's"
              + " training artifacts; - for standard input.")
  private String in;

  @Override
  public Integer call() {
    ModelFile file = input.read(in);
    Inspection inspection = file.inspect();
    List<String> command = rewriteCommand(file, inspection);
    if (html != null) {
      new OutputPage(spec, html, force)
          .write(InspectPage.of(file.source(), inspection, file.outline(), command), in);
    }
    if (json) {
      Json.print(spec.commandLine().getOut(), InspectJson.of(file, inspection, command));
    } else {
      TextPage page = TextPage.onOutput(spec.commandLine());
      InspectText.print(page, file, inspection, command);
    }
    return ExitCode.DONE;
  }

  /** The words of the command that rewrites the graph; empty where there is nothing to rewrite. */
  private List<String> rewriteCommand(ModelFile file, Inspection inspection) {
    if (inspection.sites().isEmpty()) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of("grokfast", "rewrite", ShellWord.of(in)));
    input.again().forEach(option -> words.add(ShellWord.of(option)));
    words.addAll(inspection.rewriteOptions());
    words.add("-o " + ShellWord.of(output(file.isFolder())));
    return words;
  }

  private String output(boolean folder) {
    if (in.equals(ReadArguments.STANDARD_STREAM)) {
      return in;
    }
    String path = in.replaceFirst("/+$", "");
    int dot = path.lastIndexOf('.');
    if (folder || dot <= path.lastIndexOf('/') + 1) {
      return path + "-grokfast";
    }
    return path.substring(0, dot) + "-grokfast" + path.substring(dot);
  }
}
