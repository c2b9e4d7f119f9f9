package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Folders;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.export.Export;
import org.grokfast.tools.export.ExportReport;
import org.grokfast.tools.options.ChildArguments;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.verify.ChildShell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code export}. */
@Command(
    name = "export",
    description =
        "Writes a SavedModel for serving: the trained values, named inputs and outputs, and no"
            + " optimizer, gradient or filter. The result is loaded again, and what it holds is"
            + " printed. Runs TensorFlow on the input, in a child process.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Loading a SavedModel runs its initializer. One that does something outside of itself when it"
          + " runs, as 'grokfast inspect' lists it under Hazards, is exported with --trust only, and"
          + " otherwise refused with exit code 1. The child process works in a folder of its own,"
          + " which is removed.",
      "",
      "Examples:",
      "  grokfast export runs/ma-1 -o serving/",
      "  grokfast export training_model/ -o serving/ \\",
      "      --inputs x=images:0 --outputs y=probs:0"
    })
public final class ExportVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Mixin private ChildArguments child;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to write. No default.")
  private Path output;

  @Option(names = "--force", description = "Replace the output if it is a SavedModel; default: no.")
  private boolean force;

  @Option(
      names = "--inputs",
      paramLabel = "NAME=TENSOR",
      split = ",",
      description =
          "The inputs of the exported signature, separated by commas; default: those of the"
              + " model's signatures.")
  private Map<String, String> inputs = new LinkedHashMap<>();

  @Option(
      names = "--outputs",
      paramLabel = "NAME=TENSOR",
      split = ",",
      description =
          "The outputs of the exported signature, separated by commas; default: those of the"
              + " model's signatures.")
  private Map<String, String> outputs = new LinkedHashMap<>();

  @Option(
      names = "--signature",
      paramLabel = "KEY",
      description =
          "The signature's name for --outputs and for a run folder; default serving_default.")
  private String signature;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Parameters(
      paramLabel = "IN",
      description = "A training SavedModel folder, or the output folder of a run of 'train'.")
  private String in;

  @Override
  public Integer call() throws IOException {
    check();
    NativeLibrary.require();
    Overwrite overwrite = force ? Overwrite.REPLACE : Overwrite.REFUSE;
    if (!force && Files.exists(output)) {
      throw new GraphFileException(
          output + ": already exists. Choose another output, or replace it with --force.");
    }
    String key = signature == null ? "serving_default" : signature;
    Export export = new Export(new Export.Call(key, inputs, outputs), child.limits());
    ChildShell.ofSystem().notice().ifPresent(spec.commandLine().getErr()::println);
    AtomicReference<ExportReport> exported = new AtomicReference<>();
    new AtomicOutput(output, overwrite)
        .writeFolder(
            GraphFileWriter.SAVED_MODEL,
            folder -> {
              Path inner = folder.resolve("model");
              exported.set(
                  Export.isRun(Path.of(in))
                      ? export.run(Path.of(in), inner)
                      : export.savedModel(input.read(in), child.trusted(), inner));
              Folders.dissolve(inner);
            });
    ExportReport report = exported.get();
    if (json) {
      Json.print(spec.commandLine().getOut(), report.toMap(in, output));
    } else {
      report.print(output, TextPage.onOutput(spec.commandLine()));
    }
    return ExitCode.DONE;
  }

  private void check() {
    if (outputs.isEmpty() && !inputs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--inputs needs --outputs, which was not given");
    }
    if (outputs.isEmpty() && signature != null && !Export.isRun(Path.of(in))) {
      throw new ParameterException(
          spec.commandLine(), "--signature names the signature of --outputs, which was not given");
    }
    if (!outputs.isEmpty() && Export.isRun(Path.of(in))) {
      throw new ParameterException(
          spec.commandLine(), "--inputs and --outputs are for SavedModels; a run has its own");
    }
  }
}
