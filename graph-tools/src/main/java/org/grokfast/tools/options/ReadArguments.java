package org.grokfast.tools.options;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.io.Formats;
import org.grokfast.io.ModelFile;
import org.grokfast.io.ReadLimits;
import org.grokfast.io.ReadOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options of every verb that reads a graph. */
public final class ReadArguments {
  /** The name that stands for standard input or output. */
  public static final String STANDARD_STREAM = "-";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      converter = FormConverter.class,
      completionCandidates = FormCandidates.class,
      description =
          "Take the input to be a graph-def, graph-def-text, meta-graph, meta-graph-text,"
              + " saved-model or saved-model-text; default: by its content.")
  private String format;

  @Option(
      names = "--tags",
      paramLabel = "TAG",
      split = ",",
      description =
          "Of a SavedModel with several graphs, the one with exactly these tags, separated by"
              + " commas; default: the only one.")
  private List<String> tags = List.of();

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "The largest input that is read, in bytes; default 2147483647.")
  private long maxBytes = ReadLimits.DEFAULT_MAX_BYTES;

  @Option(
      names = "--max-depth",
      paramLabel = "N",
      description = "How deep messages may be nested, in levels; default 100.")
  private int maxDepth = ReadLimits.DEFAULT_MAX_DEPTH;

  @Option(
      names = "--max-nodes",
      paramLabel = "N",
      description = "The most nodes that are read, functions included; default 5000000.")
  private int maxNodes = ReadLimits.DEFAULT_MAX_NODES;

  @Option(
      names = "--max-functions",
      paramLabel = "N",
      description = "The most functions that are read; default 100000.")
  private int maxFunctions = ReadLimits.DEFAULT_MAX_FUNCTIONS;

  @Option(
      names = "--max-attributes",
      paramLabel = "N",
      description = "The most attributes that a node may have; default 1000.")
  private int maxAttributes = ReadLimits.DEFAULT_MAX_ATTRIBUTES;

  /** Reads a file, a folder or, for {@code -}, standard input, and checks its structure. */
  public ModelFile read(String input) {
    ReadOptions options =
        new ReadOptions(limits(), Optional.ofNullable(format), new HashSet<>(tags));
    return input.equals(STANDARD_STREAM)
        ? Formats.read(System.in, "standard input", options)
        : Formats.read(Path.of(input), options);
  }

  /** The limits that the options set. */
  public ReadLimits limits() {
    try {
      return new ReadLimits(maxBytes, maxDepth, maxNodes, maxFunctions, maxAttributes);
    } catch (IllegalArgumentException e) {
      // The message names the limit as Java spells it.
      String option = e.getMessage().replaceFirst("^max", "--max-").toLowerCase(Locale.ROOT);
      throw new ParameterException(spec.commandLine(), option, e);
    }
  }

  /** The options that whoever reads the same input again has to give again. */
  public List<String> again() {
    List<String> options = new ArrayList<>();
    if (format != null) {
      options.add("--format=" + format);
    }
    if (!tags.isEmpty()) {
      options.add("--tags=" + String.join(",", tags));
    }
    return options;
  }

  /** The forms for a shell that completes the option. */
  static final class FormCandidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Formats.forms().iterator();
    }
  }

  /** Reads {@code graph-def} as well as {@code GRAPH_DEF}. */
  static final class FormConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      String form = value.toLowerCase(Locale.ROOT).replace('_', '-');
      if (!Formats.forms().contains(form)) {
        throw new TypeConversionException(
            "'" + value + "' is no form; the forms are " + String.join(", ", Formats.forms()));
      }
      return form;
    }
  }
}
