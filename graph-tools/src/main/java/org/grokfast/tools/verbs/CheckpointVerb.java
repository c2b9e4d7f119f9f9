package org.grokfast.tools.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex;
import org.grokfast.tensorflow.inspect.TypeNames;
import org.grokfast.text.ShellWord;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code checkpoint}. */
@Command(
    name = "checkpoint",
    description =
        "Lists what a checkpoint holds, and which of it is a filter's state. The values are not"
            + " read.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast checkpoint run/model-1000",
      "  grokfast checkpoint --json saved_model/ | jq '.variables[].name'"
    })
public final class CheckpointVerb implements Callable<Integer> {
  private static final int JSON_VERSION = 1;
  private static final String STATE = InsertedNames.PREFIX;
  private static final String INDEX = ".index";

  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Option(
      names = "--check",
      description =
          "Also check that the data files exist and are as long as the index says; default: no.")
  private boolean check;

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "The largest index that is read, in bytes; default 2147483647.")
  private long maxBytes = ReadLimits.DEFAULT_MAX_BYTES;

  @Parameters(
      paramLabel = "IN",
      description = "A checkpoint's prefix or .index file, its folder, or that of a SavedModel.")
  private Path in;

  @Override
  public Integer call() {
    if (maxBytes <= 0) {
      throw new ParameterException(
          spec.commandLine(), "--max-bytes must be positive, was " + maxBytes);
    }
    CheckpointIndex index =
        CheckpointIndex.read(index(), ReadLimits.builder().maxBytes(maxBytes).build());
    if (check) {
      index.checkShards();
    }
    if (json) {
      Json.print(spec.commandLine().getOut(), json(index));
    } else {
      print(index);
    }
    return ExitCode.DONE;
  }

  private Path index() {
    Path artifacts = Files.isDirectory(in) ? in : in.toAbsolutePath().getParent();
    if (OrtArtifacts.isFolder(artifacts)) {
      throw new GraphFileException(
          in
              + ": ONNX Runtime training wrote this checkpoint, not TensorFlow. List its parameters"
              + " and filter state with: grokfast inspect "
              + ShellWord.of(artifacts.toString()));
    }
    if (!Files.isDirectory(in)) {
      return in;
    }
    Path inside = in.resolve("variables");
    Path folder = Files.isDirectory(inside) ? inside : in;
    List<Path> found = indexes(folder);
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new GraphFileException(
        folder
            + (found.isEmpty()
                ? ": no checkpoint is in this folder. Give the prefix of one."
                : ": there are "
                    + found.size()
                    + " checkpoints in this folder. Give one of them, such as "
                    + found.get(found.size() - 1)));
  }

  /** The index files in a folder, the newest last. */
  private static List<Path> indexes(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      Map<Path, FileTime> times = new HashMap<>();
      for (Path file : files.filter(each -> each.toString().endsWith(INDEX)).toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
      return times.keySet().stream()
          .sorted(Comparator.comparing((Path file) -> times.get(file)).thenComparing(file -> file))
          .toList();
    } catch (IOException e) {
      throw new GraphFileException(folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean isState(String name) {
    return name.startsWith(STATE);
  }

  private void print(CheckpointIndex index) {
    TextPage page = TextPage.onOutput(spec.commandLine());
    long bytes = 0;
    long state = 0;
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, CheckpointIndex.Tensor> entry : index.tensors().entrySet()) {
      CheckpointIndex.Tensor tensor = entry.getValue();
      bytes += tensor.bytes().size();
      state += isState(entry.getKey()) ? 1 : 0;
      rows.add(
          List.of(
              entry.getKey(),
              TypeNames.of(tensor.dtype()),
              tensor.shape().toString(),
              tensor.partitioned()
                  ? "in slices"
                  : String.format(Locale.ROOT, "%,d bytes", tensor.bytes().size()),
              isState(entry.getKey()) ? "filter" : ""));
    }
    page.heading(index.prefix().toString());
    page.field(2, "data files", String.valueOf(index.shards()));
    page.field(
        2, "variables", String.format(Locale.ROOT, "%,d with %,d bytes", rows.size(), bytes));
    page.field(
        2, "filter state", state == 0 ? "none" : String.format(Locale.ROOT, "%,d of them", state));
    page.blank();
    page.table(2, rows);
    page.flush();
  }

  private static Map<String, Object> json(CheckpointIndex index) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.put("prefix", index.prefix().toString());
    root.put("shards", index.shards());
    List<Object> variables = new ArrayList<>();
    index
        .tensors()
        .forEach(
            (name, tensor) -> {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("name", name);
              entry.put("dtype", TypeNames.of(tensor.dtype()));
              entry.put("shape", tensor.shape());
              entry.put("bytes", tensor.partitioned() ? null : tensor.bytes().size());
              entry.put("partitioned", tensor.partitioned());
              entry.put("filterState", isState(name));
              variables.add(entry);
            });
    root.put("variables", variables);
    return root;
  }
}
