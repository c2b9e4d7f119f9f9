package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.grokfast.tensorflow.serving.InferenceExport;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Folders;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.ReadArguments;
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
            + " printed. Runs TensorFlow on the input.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast export runs/ma-1 -o serving/",
      "  grokfast export training_model/ -o serving/ \\",
      "      --inputs x=images:0 --outputs y=probs:0"
    })
public final class ExportVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

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
    try (ServingModel model = model()) {
      new AtomicOutput(output, overwrite)
          .writeFolder(
              GraphFileWriter.SAVED_MODEL,
              folder -> {
                Path inner = folder.resolve("model");
                InferenceExport.export(model.session(), inner, model.signatures());
                Folders.dissolve(inner);
                writeAssets(folder, model.assets());
              });
      ExportReport report = ExportReport.of(output, model.notes());
      if (json) {
        Json.print(spec.commandLine().getOut(), report.toMap(in));
      } else {
        report.print(TextPage.onOutput(spec.commandLine()));
      }
    }
    return ExitCode.DONE;
  }

  /** Where TensorFlow keeps files that its loaders pass over. */
  private static void writeAssets(Path folder, Map<String, String> assets) throws IOException {
    for (Map.Entry<String, String> asset : assets.entrySet()) {
      Path file = folder.resolve("assets.extra").resolve(asset.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, asset.getValue());
    }
  }

  private void check() {
    if (outputs.isEmpty() && !inputs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--inputs needs --outputs, which was not given");
    }
    if (outputs.isEmpty() && signature != null && !RunServingModel.isRun(Path.of(in))) {
      throw new ParameterException(
          spec.commandLine(), "--signature names the signature of --outputs, which was not given");
    }
    if (!outputs.isEmpty() && RunServingModel.isRun(Path.of(in))) {
      throw new ParameterException(
          spec.commandLine(), "--inputs and --outputs are for SavedModels; a run has its own");
    }
  }

  private ServingModel model() throws IOException {
    String key = signature == null ? "serving_default" : signature;
    if (RunServingModel.isRun(Path.of(in))) {
      return RunServingModel.load(Path.of(in), key);
    }
    SavedServingModel model = SavedServingModel.load(input.read(in));
    try {
      return outputs.isEmpty()
          ? model.withOwnSignatures()
          : model.withSignature(key, inputs, outputs);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
