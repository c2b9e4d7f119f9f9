package org.grokfast.tools.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.SavedModelFile;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.Hazard;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.Shell;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.AnyInput;
import org.grokfast.tools.options.OnnxInput;
import org.grokfast.tools.options.ReadArguments;
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
      "  grokfast inspect --json saved_model/ | jq .sites"
    })
public final class InspectVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Parameters(
      paramLabel = "IN",
      description =
          "A GraphDef, MetaGraphDef, SavedModel folder, ONNX model or folder of ONNX Runtime's"
              + " training artifacts; - for standard input.")
  private String in;

  @Override
  public Integer call() {
    AnyInput any = input.any(in);
    if (any.onnx().isPresent()) {
      inspect(any.onnx().get());
      return ExitCode.DONE;
    }
    GraphFile file = any.graph().orElseThrow();
    GraphInspection inspection = GraphInspection.of(file);
    List<String> command = rewriteCommand(file, inspection);
    if (json) {
      Json.print(spec.commandLine().getOut(), InspectJson.of(file, inspection, command));
    } else {
      TextPage page = TextPage.onOutput(spec.commandLine());
      InspectText.print(page, file, inspection, command);
    }
    return ExitCode.DONE;
  }

  private void inspect(OnnxInput onnx) {
    OnnxInspection inspection = onnx.inspect();
    List<String> command = new ArrayList<>();
    if (!inspection.sites().isEmpty()) {
      command.addAll(List.of("grokfast", "rewrite", Shell.quote(in)));
      if (onnx.isRewritten()) {
        command.add("--replace");
      }
      command.add("-o " + Shell.quote(output(onnx.isFolder())));
    }
    if (json) {
      Json.print(spec.commandLine().getOut(), OnnxInspectJson.of(onnx, inspection, command));
    } else {
      OnnxInspectText.print(TextPage.onOutput(spec.commandLine()), onnx, inspection, command);
    }
  }

  /** The words of the command that rewrites the graph; empty where there is nothing to rewrite. */
  private List<String> rewriteCommand(GraphFile file, GraphInspection inspection) {
    if (inspection.sites().isEmpty()) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of("grokfast", "rewrite", Shell.quote(in)));
    input.again().forEach(option -> words.add(Shell.quote(option)));
    if (!inspection.inserted().filters().isEmpty()) {
      words.add("--replace");
    }
    if (inspection.hazards().stream()
        .anyMatch(hazard -> hazard.kind() == Hazard.Kind.UNORDERED_BETA_POWER)) {
      words.add("--fix-adam-order");
    }
    words.add("-o " + Shell.quote(output(isFolder(file))));
    return words;
  }

  private static boolean isFolder(GraphFile file) {
    return file instanceof SavedModelFile model && model.origin().folder().isPresent();
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
